"""Readiness as SARIF 2.1.0, which code scanning of a templates repository reads.

What holds is an error, what only tells a warning or a note; what is green is not a result. A
template is no file here, so each result points to the configuration that names it.
"""

from hashlib import sha256
from urllib.parse import quote

from aibwatch import __version__
from aibwatch.model.readiness import Check
from aibwatch.status.answers.explained import Preparation, Prepared, Prepares
from aibwatch.status.answers.told import Item

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

Json = dict[str, object]


def sarif(answer: Preparation, config: str) -> Json:
    """Return all that is not green, as one run of one tool."""
    results = [
        _result(image, each, item, config)
        for image in answer["images"]
        for each in image["secondaries"]
        for item in each["items"]
        if item["colour"] != "green"
    ]
    results += [_unprotected(each, config) for each in answer["images"] if each["next"]]
    used = sorted({str(each["ruleId"]) for each in results})
    pages = {
        item["check"]: item["page"]
        for image in answer["images"]
        for each in image["secondaries"]
        for item in each["items"]
    }
    driver = {
        "name": "aibwatch",
        "version": __version__,
        "rules": [_rule(each, pages.get(each)) for each in used],
    }
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
        ],
    }


def _rule(check: str, page: str | None) -> Json:
    words = check.replace("_", " ")
    said = f"Readiness of a secondary: {words}."
    rule: Json = {
        "id": check,
        "name": words.title().replace(" ", ""),
        "shortDescription": {"text": said},
    }
    return {**rule, "helpUri": page} if page else rule


def _result(image: Prepares, secondary: Prepared, item: Item, config: str) -> Json:
    says = f"{image['name']}: {secondary['name']}: {item['says']}"
    return {
        "ruleId": item["check"],
        "level": _level(item),
        "message": {"text": says},
        "locations": [_location(secondary["id"], config)],
        "partialFingerprints": {"aibwatch/v1": _mark(secondary["id"], item["check"])},
    }


def _unprotected(image: Prepares, config: str) -> Json:
    check = Check.SECONDARY_EXISTS.value
    return {
        "ruleId": check,
        "level": "warning",
        "message": {"text": f"{image['name']} is unprotected: {image['next']}"},
        "locations": [_location(image["name"], config)],
        "partialFingerprints": {"aibwatch/v1": _mark(image["name"], check)},
    }


def _level(item: Item) -> str:
    if item["gates"] and item["colour"] in {"red", "unknown"}:
        return "error"
    return "warning" if item["colour"] in {"red", "yellow"} else "note"


def _location(what: str, config: str) -> Json:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(config.lstrip("/"))},
            "region": {"startLine": 1},
        },
        "logicalLocations": [{"fullyQualifiedName": what, "kind": "resource"}],
    }


def _mark(*parts: str) -> str:
    """Return what names a result from one run of a pipeline to the next."""
    return sha256("\n".join(parts).encode()).hexdigest()[:16]
