"""People are told what happens, in order and without secrets, and nothing waits for it."""

import json
import re
from pathlib import Path

import pytest

from aibwatch.sim.ending import Ending
from aibwatch.sim.trouble import GENERIC
from process.stage import Stage
from receiver import Receiver, receiving
from unit.cli.running import run

SECRET = "CANARY-webhook-secret"


def told(receiver: Receiver) -> list[tuple[str, str]]:
    """Return what a receiver was told of, and about what."""
    return [(each["event"], each["image"] or each["region"]) for each in receiver.bodies]


def a_webhook(name: str, receiver: Receiver, tmp_path: Path) -> dict[str, str]:
    """Return the configuration of a channel."""
    secret = tmp_path / "webhook-secret"
    secret.touch(mode=0o600)
    secret.write_text(SECRET)
    channel = {"name": name, "kind": "webhook", "url": receiver.url, "secret_file": str(secret)}
    return {**channel, "ca_file": str(receiver.ca_file)} if receiver.ca_file else channel


def test_an_outage_is_told_in_order_while_two_channels_are_down(
    stage: Stage, tmp_path: Path
) -> None:
    """One hangs, one answers 500: the third is told all, and each image gets its one run (L8)."""
    fleet = [stage.image(f"image-{n}", "westeurope", "northeurope") for n in range(2)]
    with receiving(tmp_path) as well, receiving() as stuck, receiving() as ill:
        stuck.hangs, ill.status = True, 500
        stage.channels = [
            a_webhook(name, each, tmp_path)
            for name, each in (("stuck", stuck), ("ill", ill), ("well", well))
        ]
        stage.token = "CANARY-api-token"
        stage.serve()
        stage.until_ready("image-0", "image-1")

        stage.fails("westeurope")
        stage.begin(*(primary for primary, _ in fleet))
        stage.until_built_elsewhere("image-0", "image-1")
        stage.until(lambda: len(told(well)) >= 5, "all of it is told")
        stage.works("westeurope")
        stage.begin(*(primary for primary, _ in fleet))
        stage.until(lambda: ("incident_closed", "westeurope") in told(well), "its end is told")
        stage.cycles()
        head = stage.status()["audit"]["head"]
        stage.stop()

    assert [(stage.requests(p), stage.requests(s)) for p, s in fleet] == [(0, 1)] * 2
    assert stuck.got
    assert ill.got
    assert [each for each, about in told(well) if about == "westeurope"] == [
        "incident_opened",
        "incident_closed",
    ]
    for name in ("image-0", "image-1"):
        steps = [each for each, about in told(well) if about == name]
        assert steps == ["failover_started", "failover_succeeded"]
    assert all(each["version"] for each in well.bodies if each["event"] == "failover_succeeded")
    assert all(len(each["head"]) == 12 for each in well.bodies)
    assert len({each["id"] for each in well.bodies}) == len(well.bodies)
    assert head


SIGNED = "https://acct.blob.core.windows.net/s/x.sh?sv=2024&sig=CANARYSIGNATURE%3D"
QUOTED = f"no {SIGNED} {json.dumps(SIGNED).replace('&', chr(92) + 'u0026')} Bearer CANARY12345"
"""What Azure quotes of requests, also as JSON within a text."""
KEY = "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=CANARYkey0123456789+/=="
SCRIPT = {
    "type": "Shell",
    "name": "get",
    "inline": [f"curl -o x '{SIGNED}'", "curl -H 'Authorization: Bearer CANARY12345' x", KEY],
}
FETCHED = {"type": "Shell", "name": "fetch", "scriptUri": SIGNED}
PAGES = ("/", "/images/web", "/metrics", "/api/v1/history")
PARTS = ("status", "images", "images/web", "regions", "failovers", "readiness", "violations")
ASKED = ("status", "readiness", "history", "explain web")
STORED = ("ticket westeurope", "templates show web", "templates diff web", "config show")


def test_no_secret_is_told_anywhere(stage: Stage, tmp_path: Path) -> None:
    """Neither ours nor what others wrote: no page, command, notice, log or record has any (S39)."""
    ids = stage.image("web", "westeurope", "northeurope", mode="advise", built=False)
    for each in ids:
        stage.rewrites(each, "properties", "customize", to=[SCRIPT, FETCHED])
        stage.built_before(each)
    primary, secondary = ids
    stage.overrides = {"log": {"level": "debug", "format": "json"}}
    with receiving(tmp_path) as receiver:
        stage.channels = [a_webhook("ops", receiver, tmp_path)]
        stage.channels[0]["url"] += "/CANARY-path"
        stage.token = "CANARY-api-token"
        stage.serve(AIBWATCH_AZURE__CREDENTIAL__TOKEN="CANARY-azure-token")
        stage.until(lambda: stage.status().get("images"), "the image is known")
        stage.is_submitted(secondary, "CustomizerError", QUOTED)
        stage.post(
            "/api/v1/pause",
            {"reason": f"see {SIGNED}", "scope": "image:web", "actor": "Bearer CANARY12345"},
        )
        stage.post("/api/v1/region", {"region": "westeurope", "out": True, "reason": QUOTED})
        stage.post("/api/v1/pause", {"reason": QUOTED}, token="CANARY-wrong-token")
        stage.get("/api/v1/history?after=x&sig=CANARYSIGNATURE")
        stage.fails("westeurope", Ending(f"{GENERIC} {QUOTED}", platform=True))
        stage.begin(primary)
        stage.until(lambda: receiver.got, "something is told")
        stage.until(lambda: stage.health("westeurope") == "outage", "it is out")
        stage.cycles()
        told = [stage.get(each)[1] for each in (*PAGES, *(f"/api/v1/{part}" for part in PARTS))]
        path = str(stage.write_config())
        told += [written(path, each) for each in ASKED]
        exported = written(path, "templates export web", output=False)
        stage.stop()
    told += [written(path, each) for each in STORED]
    told += [exported, written(path, "templates export web --copy 1", output=False)]

    record = b"".join(each.read_bytes() for each in tmp_path.glob("aibwatch.db*"))
    bodies = b"".join(body for _, body in receiver.got)
    everything = [*told, stage.log(), bodies.decode(), record.decode(errors="replace")]
    assert all(everything)
    assert b"redacted" in record
    assert [
        re.findall(".{0,80}CANARY.{0,20}", each) for each in everything if "CANARY" in each
    ] == []


def written(config: str, command: str, *, output: bool = True) -> str:
    """Return all that a command writes, for programs where it can."""
    more = ("--output", "json") if output else ()
    result = run(*command.split(), "--config", config, *more)
    return result.output


@pytest.mark.parametrize("how", ["killed", "stopped"])
def test_what_was_not_told_before_an_end_is_told_after_it(
    stage: Stage, tmp_path: Path, how: str
) -> None:
    """And what was told before is not told again."""
    primary, _ = stage.image("web", "westeurope", "northeurope")
    with receiving(tmp_path) as receiver:
        stage.channels = [a_webhook("ops", receiver, tmp_path)]
        stage.serve()
        stage.fails("westeurope")
        stage.begin(primary)
        stage.until(lambda: ("failover_started", "web") in told(receiver), "it builds")
        stage.cycles(2)
        receiver.status = 500
        stage.until_built_elsewhere("web")
        if how == "killed":
            stage.kill()
        else:
            stage.stop()
        before = [each for each in told(receiver) if each[0] != "failover_succeeded"]
        receiver.got.clear()
        receiver.status = 204
        stage.serve()
        stage.until(lambda: ("failover_succeeded", "web") in told(receiver), "its end is told")
        stage.cycles()

    assert ("failover_started", "web") in before
    assert told(receiver)[:1] == [("failover_succeeded", "web")]
    assert not set(before) & set(told(receiver))
