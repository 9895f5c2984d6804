"""docs/promises.md: every promise that is held says where it is kept and what shows it."""

import re

from house.tree import ROOT

PAGE = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROMISE = re.compile(r"^\*\*([SL]\d+)\*\*", re.MULTILINE)


def _paragraphs() -> dict[str, str]:
    """Return each promise's own paragraph."""
    parts = PROMISE.split(PAGE)
    return {
        name: text.split("\n\n")[0] for name, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def test_each_promise_is_there_once() -> None:
    """A number names one promise."""
    names = PROMISE.findall(PAGE)

    assert names
    assert len(set(names)) == len(names)


def test_each_promise_says_where_it_is_kept_and_what_shows_it() -> None:
    """A file of the source, and a test; that both exist is shown by test_links."""
    bare = [
        name
        for name, text in _paragraphs().items()
        if "`src/" not in text or not re.search(r"`tests/[\w/.]+::\w+`", text)
    ]

    assert bare == []


def test_the_code_cites_only_promises_that_are_there() -> None:
    """A citation that leads nowhere explains nothing."""
    later = re.findall(r"\b[SL]\d+\b", PAGE.partition("## Not yet")[2])
    known = {*PROMISE.findall(PAGE), *later}

    cited = {
        name: short
        for path in (ROOT / "src").rglob("*.py")
        for short in [str(path.relative_to(ROOT))]
        for name in re.findall(r"PROMISES ([SL]\d+)", path.read_text(encoding="utf-8"))
    }

    assert {name: where for name, where in cited.items() if name not in known} == {}


def test_the_readme_guarantees_only_what_is_promised() -> None:
    """Each guarantee of the README has its paragraph here."""
    guaranteed = re.findall(r"^\| (S\d+|L\d+) \|", README, re.MULTILINE)

    assert guaranteed
    assert set(guaranteed) <= set(PROMISE.findall(PAGE))
