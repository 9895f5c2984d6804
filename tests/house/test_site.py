"""The pages make a site: every page has its place in the story, and none points nowhere."""

import subprocess
import sys
from pathlib import Path

from house.tree import ROOT, pages

DOCS = ROOT / "docs"


def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    """Strictly: a page that the navigation leaves out, or a heading that is gone, is an error."""
    told = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    shown = {each.relative_to(tmp_path).stem for each in tmp_path.glob("*.html")}

    assert told.returncode == 0, told.stderr
    assert shown - {"404"} == {each.stem for each in pages() if each.parent == DOCS}


def test_the_site_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    """It can be read where there is no Internet, and nobody learns who reads it."""
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    page = (tmp_path / "index.html").read_text(encoding="utf-8")

    assert [
        each for each in page.split("<") if each.startswith(("script", "link")) and "//" in each
    ] == []
