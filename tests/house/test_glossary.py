"""docs/glossary.md has every word of the model, and none that is not there."""

import ast
import re

from house.tree import ROOT, modules, parsed

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")


def _rows() -> list[list[str]]:
    """Return the cells of each row, without the head."""
    lines = [line for line in GLOSSARY.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def test_every_class_of_the_model_has_its_word() -> None:
    """The column `In code` names exactly the public classes of model/."""
    classes = {
        node.name
        for path in modules("src/aibwatch/model")
        for node in parsed(path).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    }

    named = [name for *_, code in _rows() for name in re.findall(r"`(\w+)`", code)]

    assert sorted(named) == sorted(classes)


def test_every_word_is_explained() -> None:
    """A row has its four cells, and a meaning of more than one word."""
    rows = _rows()

    assert rows
    assert {len(row) for row in rows} == {4}
    assert [word for word, means, *_ in rows if " " not in means] == []
