"""Readiness as JUnit XML: a suite for each secondary, a case for each item.

What holds is a failure, what is unknown and holds an error; what only tells is output. The shape is
the one that Azure DevOps and GitLab read (testsuites, testsuite, testcase).
"""

import re
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from aibwatch.status.answers.explained import Preparation, Prepared, Prepares
from aibwatch.status.answers.told import Item

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may hold, not even escaped."""


def junit(answer: Preparation) -> str:
    """Return all that was found, as one document."""
    root = Element("testsuites", name="aibwatch readiness")
    for image in answer["images"]:
        for each in image["secondaries"]:
            _suite(root, image, each, answer["at"])
        if not image["secondaries"]:
            _unprotected(root, image, answer["at"])
    for key in ("tests", "failures", "errors"):
        root.set(key, str(sum(int(each.get(key, "0")) for each in root)))
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode")


def _suite(root: Element, image: Prepares, secondary: Prepared, at: str) -> None:
    held = [each for each in secondary["items"] if each["gates"]]
    suite = SubElement(
        root,
        "testsuite",
        name=_text(f"{image['name']}/{secondary['name']}"),
        tests=str(len(secondary["items"])),
        failures=str(sum(each["colour"] == "red" for each in held)),
        errors=str(sum(each["colour"] == "unknown" for each in held)),
        skipped="0",
        timestamp=at[:19],
    )
    for item in secondary["items"]:
        _case(suite, f"{image['name']}.{secondary['name']}", item)


def _case(suite: Element, where: str, item: Item) -> None:
    case = SubElement(suite, "testcase", classname=_text(where), name=item["check"], time="0")
    says, told = _text(item["says"]), f"{item['colour']}: {_text(item['says'])}"
    if item["gates"] and item["colour"] == "red":
        SubElement(case, "failure", message=says, type="red").text = item["page"] or says
    elif item["gates"] and item["colour"] == "unknown":
        SubElement(case, "error", message=says, type="unknown").text = item["page"] or says
    elif item["colour"] != "green":
        SubElement(case, "system-out").text = told


def _unprotected(root: Element, image: Prepares, at: str) -> None:
    suite = SubElement(
        root,
        "testsuite",
        name=_text(image["name"]),
        tests="1",
        failures="0",
        errors="0",
        skipped="1",
        timestamp=at[:19],
    )
    case = SubElement(suite, "testcase", classname=_text(image["name"]), name="protected", time="0")
    SubElement(case, "skipped", message=f"unprotected: {image['next']}")


def _text(words: str) -> str:
    return _NOT_XML.sub("?", words)
