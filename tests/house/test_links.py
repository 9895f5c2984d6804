"""What the pages point to is there."""

import re
from pathlib import Path

from house.tree import ROOT, pages, short

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FILE = re.compile(r"`((?:src|tests|docs|config|deploy|bench)/[\w./-]+)(?:::(\w+))?`")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def _anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub and most others make them."""
    titles = HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_link_leads_somewhere() -> None:
    """A link within the tree names a file that is there, and a heading in it."""
    dead = []
    for page in pages():
        for link in LINK.findall(page.read_text(encoding="utf-8")):
            if re.match(r"\w+:", link):
                continue
            path, _, anchor = link.partition("#")
            target = (page.parent / path).resolve() if path else page
            if not target.exists() or (anchor and anchor not in _anchors(target)):
                dead.append(f"{short(page)}: {link}")

    assert dead == []


def test_every_file_and_test_that_is_named_exists() -> None:
    """Paths in backquotes, and after `::` a test in that file."""
    gone = []
    for page in pages():
        for name, test in FILE.findall(page.read_text(encoding="utf-8")):
            path = ROOT / name
            if not path.exists():
                gone.append(f"{short(page)}: {name}")
            elif test and f"def {test}(" not in path.read_text(encoding="utf-8"):
                gone.append(f"{short(page)}: {name}::{test}")

    assert gone == []


def test_every_page_can_be_reached_from_the_readme() -> None:
    """What is linked from nowhere is read by nobody."""
    docs = {each for each in pages() if each.parent == ROOT / "docs"}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    linked = {(ROOT / link.partition("#")[0]).resolve() for link in LINK.findall(readme)}

    assert sorted(short(each) for each in docs - linked) == []
