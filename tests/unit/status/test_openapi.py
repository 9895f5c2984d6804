"""The description of the API leaves nothing out: answers hold no key that it does not tell."""

import copy
import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from aibwatch.failover.plan import plan
from aibwatch.model.order import Order
from aibwatch.model.plan import Plan
from aibwatch.model.state import Snapshot
from aibwatch.status.calls import CALLS
from aibwatch.status.openapi import document
from unit.status.snapshots import calm, outage
from unit.status.test_aftermath import after
from unit.status.test_editions import ALL, knowing
from unit.status.test_server import Stage

OPEN = {"Entry"}
"""Whose further keys are told in words."""


def closed() -> dict[str, Any]:
    """Return the description, so that no key may be answered but those that it tells."""
    found = copy.deepcopy(document())
    for name, schema in found["components"]["schemas"].items():
        if name not in OPEN:
            schema["additionalProperties"] = False
    return found


def wrong(call: str, answer: str) -> list[str]:
    """Return what of the answer to a call is not as described."""
    described = closed()
    operation = next(
        described["paths"][each.path][each.method] for each in CALLS if each.name == call
    )
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    rooted = {**schema, "components": described["components"]}
    found = Draft202012Validator(rooted).iter_errors(json.loads(answer))
    return [f"{each.json_path}: {each.message}" for each in found]


@pytest.mark.parametrize("snapshot", [calm, outage])
@pytest.mark.parametrize(
    ("call", "path"),
    [
        ("get_status", "status"),
        ("get_images", "images"),
        ("get_images_name", "images/web"),
        ("get_regions", "regions"),
        ("get_failovers", "failovers"),
        ("get_readiness", "readiness"),
        ("get_history", "history"),
        ("get_violations", "violations"),
    ],
)
def test_an_answer_has_every_key_that_is_told_and_no_other(
    snapshot: Any, call: str, path: str
) -> None:
    """On a calm day and in an outage."""
    status, text = Stage(snapshot()).get(f"/api/v1/{path}")

    assert status == 200
    assert wrong(call, text) == []


@pytest.mark.parametrize(
    ("call", "path"),
    [
        ("get_images_name_latest", "images/web/latest"),
        ("get_images_name_latest", "images/web/latest?region=West%20Europe"),
        ("get_images_name", "images/web"),
        ("get_status", "status"),
    ],
)
def test_versions_are_told_whole(call: str, path: str) -> None:
    """Those that count, and those that do not."""
    status, text = Stage(knowing(*ALL)).get(f"/api/v1/{path}")

    assert (status, wrong(call, text)) == (200, [])


@pytest.mark.parametrize(
    ("call", "order"),
    [
        ("post_pause", {"reason": "move", "scope": "image:web"}),
        ("post_resume", {}),
        ("post_region", {"region": "westeurope", "out": False}),
        ("post_ack", {"image": "web"}),
        ("post_build", {"image": "web"}),
        ("post_failover", {"image": "web", "reason": "move", "dry_run": True}),
        ("post_drill", {"image": "web", "dry_run": True}),
    ],
)
def test_the_answer_to_an_order_is_as_told(call: str, order: dict[str, Any]) -> None:
    """Whole, too."""
    snapshot = outage()
    stage = Stage(snapshot, plan=lambda order: planned(snapshot, order))

    status, text = stage.post(f"/api/v1/{call.removeprefix('post_')}", order)

    assert (status, wrong(call, text)) == (200, [])


def test_what_an_outage_left_is_told_whole() -> None:
    """A trigger that is off, and a duplicate."""
    status, text = Stage(after(off=True, twice=1)).get("/api/v1/status")

    assert (status, wrong("get_status", text)) == (200, [])
    assert json.loads(text)["aftermath"]["triggers_count"] == 1


def planned(snapshot: Snapshot, order: Order) -> Plan:
    """Return what an order would do in this picture."""
    return plan(snapshot.view.images[order.image], order, snapshot.view, snapshot.at)


def test_names_of_calls_differ() -> None:
    """A generated client calls its methods so."""
    names = [each.name for each in CALLS]

    assert sorted(set(names)) == sorted(names)
