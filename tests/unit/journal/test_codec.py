"""The format of the journal, which upgrades must be able to read."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from aibwatch.errors import StoreError
from aibwatch.journal.codec import KINDS, decode, encode
from aibwatch.model.blueprint import Blueprint, Leaf, Recipe
from aibwatch.model.decision import Reason
from aibwatch.model.entry import (
    Answered,
    FailureJudged,
    Intended,
    Paused,
    Resumed,
    TemplateCopied,
    Witnessed,
)
from aibwatch.model.failover import Event
from aibwatch.model.names import FailoverId, TemplateId, Token
from aibwatch.model.witness import Witness
from builders import NOON, WEB, a_failure, a_policy, an_image


def test_a_kind_is_the_name_of_its_class() -> None:
    """The kind column can be read by a person, and by the next version."""
    kind, body = encode(Resumed(NOON, "all"))

    assert kind == "Resumed"
    assert body == b'{"at":"2026-03-02T12:00:00Z","scope":"all","reason":"","actor":"","owner":""}'
    assert kind in KINDS


def test_a_recipe_is_written_leaf_by_leaf() -> None:
    """As every version has written it; that memory holds it packed is nobody else's business."""
    leaves = (Leaf("$.source.sku", '"22_04-lts"'), Leaf("$.vmProfile['a b']", '"ö"'))
    entry = TemplateCopied(NOON, WEB, "r", "{}", Blueprint(Recipe(leaves)))

    kind, body = encode(entry)

    assert json.loads(body)["blueprint"]["recipe"] == [
        {"path": "$.source.sku", "value": '"22_04-lts"'},
        {"path": "$.vmProfile['a b']", "value": '"ö"'},
    ]
    read = decode(kind, body)
    assert read == entry
    assert isinstance(read, TemplateCopied)
    assert read.blueprint.recipe.leaves == leaves


def test_an_older_entry_takes_the_defaults_of_later_fields() -> None:
    """An entry written before a field existed is read with the default of that field."""
    body = (
        b'{"at":"2026-03-02T12:00:00Z","failover":"f","target":"t","token":"k","epoch":3,'
        b'"reason":"platform_outage"}'
    )

    entry = decode("Intended", body)

    assert entry == Intended(
        NOON, FailoverId("f"), TemplateId("t"), Token("k"), 3, Reason.PLATFORM_OUTAGE
    )


def test_a_field_of_a_newer_version_is_passed_over() -> None:
    """A downgrade by one version reads what it knows."""
    body = b'{"at":"2026-03-02T12:00:00Z","scope":"all","colour":"red"}'

    entry = decode("Resumed", body)

    assert entry == Resumed(NOON, "all")


@pytest.mark.parametrize(
    ("kind", "body", "names"),
    [
        ("Levitated", b"{}", "'Levitated'"),
        ("Booted", b'{"at":"2026-03-02T12:00:00Z"}', "epoch"),
        ("Booted", b'{"at":"yesterday","epoch":1,"version":"1"}', r"\$.at"),
        ("Booted", b"\x00garbage", "Booted"),
        ("Booted", b'{"at":"2026-03-02T12:00:00Z","epoch":1,"version":"\xff"}', "Booted"),
    ],
)
def test_what_cannot_be_read_is_named(kind: str, body: bytes, names: str) -> None:
    """A foreign or damaged entry is an error that names it and says what to do."""
    with pytest.raises(StoreError, match=names) as raised:
        decode(kind, body)

    assert "aibwatch" in str(raised.value)


def test_half_a_surrogate_pair_cannot_stop_the_journal() -> None:
    """Text that has no bytes in UTF-8 is written with a question mark in its place."""
    failure = a_failure()
    broken = replace(failure, run=replace(failure.run, message="caf\udce9 and \u00e9"))

    entry = decode(*encode(FailureJudged(NOON, broken)))

    assert isinstance(entry, FailureJudged)
    assert entry.failure.run.message == "caf? and \u00e9"
    assert entry.failure.run.started == failure.run.started


def test_a_share_comes_back_exactly() -> None:
    """A policy counts in integers, and a witness brings the very same one back."""
    policy = replace(a_policy(), self_suspect_share=Fraction(1, 3))

    entry = decode(*encode(Witnessed(NOON, Witness(an_image(), policy, NOON))))

    assert isinstance(entry, Witnessed)
    assert entry.witness.policy == policy


CANARY = "c4n4ry-0123456789-c4n4ry"


@pytest.mark.parametrize(
    "secret",
    [
        f"https://a.blob.core.windows.net/c/log.txt?sv=2025-01-01&se=2030&sr=b&sp=r&sig={CANARY}%3D",
        f"https://management.azure.com/operations/1?api-version=1&t=63&c={CANARY}&s={CANARY}",
        f"Authorization: Bearer {CANARY}.{CANARY}",
        f'{{"authorization": "bEARER  {CANARY}"}}',
        f"GET /x?SIG={CANARY} \ud800 failed",
        f'{{"url": "https://a/b?sv=2\\u0026sig={CANARY}"}}',
        f"<a href='https://a/b?sv=2&amp;sig={CANARY}'>",
        f"to https%3A%2F%2Fa%2Fb%3Fsig%3D{CANARY}",
        f"AccountName=a;AccountKey={CANARY}==",
        f"Endpoint=sb://a/;SharedAccessKey={CANARY}=",
        f"git clone https://builder:{CANARY}@git.example.com/x",
        f"https://:{CANARY}@a/b",
    ],
)
def test_no_record_has_a_secret(secret: str) -> None:
    """Whatever way a text came in: from Azure, from an address, from a person (PROMISES S39)."""
    symptom = replace(a_failure().classification, reasons=(secret,))
    answered = Answered(NOON, FailoverId("f"), Token("t"), Event.UNCLEAR, secret)
    judged = FailureJudged(NOON, a_failure(classification=symptom))

    bodies = [encode(each) for each in (answered, judged, Paused(NOON, "all", secret, secret))]

    assert [kind for kind, body in bodies if CANARY.encode() in body] == []
    assert [type(decode(*each)) for each in bodies] == [Answered, FailureJudged, Paused]


def test_what_is_no_secret_is_kept_to_the_letter() -> None:
    """An equals sign or the word alone cuts nothing out."""
    reason = (
        "exit=1; a bearer of bad news; https://a/b?api-version=2025-10-01&page=2;"
        " https://a:8443/b@c; mail kim@a.b: no key"
    )

    _, body = encode(Paused(NOON, "all", reason))

    assert reason.encode() in body
