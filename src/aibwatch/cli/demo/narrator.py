"""Tells what changed between two answers of /api/v1/status, as an operator would. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Status = Mapping[str, Any]

QUIET = frozenset(
    {
        "nothing_failed",
        "primary_running",
        "not_seen_yet",
        "building",
        "replicating",
        "settling",
        "answered",
        "awaiting_answer",
    }
)
"""Decisions that the failover's own course tells better."""

PHASES = {
    "choosing": "decided",
    "requested": "done",
    "starting": "done",
    "building": "seen",
    "publishing": "seen",
}


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that was seen, judged, decided, held or done."""

    kind: str
    subject: str
    says: str


@dataclass(slots=True)
class Narrator:
    """Remembers what it has told."""

    _told: dict[str, str] = field(default_factory=dict)

    def tell(self, status: Status) -> list[Told]:
        """Return what is new in `status`."""
        return [
            *(told for region in status["regions"] for told in self._region(region)),
            *(told for image in status["images"] for told in self._image(image)),
            *(told for failover in status["recent"] for told in self._closed(failover)),
        ]

    def _region(self, region: Status) -> Iterator[Told]:
        if self._is_news(f"region {region['name']}", region["health"]):
            evidence = "; ".join(f"{e['family']}: {e['says']}" for e in region["evidence"])
            says = f"is {region['health']}" + (f" ({evidence})" if evidence else "")
            yield Told("judged", region["name"], says)

    def _image(self, image: Status) -> Iterator[Told]:
        for template in image["templates"]:
            run = f"{template['run_started']} {template['run_state']}"
            if self._is_news(f"run {template['id']}", run) and template["run_state"] != "Running":
                says = f"the {template['role']}'s run in {template['region']} {_ended(template)}"
                yield Told("seen", image["name"], says)
        yield from self._failover(image)
        yield from self._decision(image)

    def _failover(self, image: Status) -> Iterator[Told]:
        failover = image["failover"]
        if not failover:
            return
        phase = failover["phase"]
        if self._is_news(f"failover {failover['id']}", phase) and phase in PHASES:
            yield Told(PHASES[phase], image["name"], _course(failover, image["decision"]))

    def _decision(self, image: Status) -> Iterator[Told]:
        decision = image["decision"]
        if not decision or image["failover"] or decision["reason"] in QUIET:
            return
        if self._is_news(f"decision {image['name']}", decision["reason"]):
            says = (
                f"{decision['reason']}: {decision['says']}"
                if decision["says"]
                else decision["reason"]
            )
            yield Told("held", image["name"], says)

    def _closed(self, failover: Status) -> Iterator[Told]:
        if self._is_news(f"closed {failover['id']}", failover["outcome"]):
            version = failover["version"].rpartition("/")[2]
            where = f", version {version} built in {failover['target_region']}" if version else ""
            yield Told("done", failover["image"], f"failover {failover['outcome']}{where}")

    def _is_news(self, about: str, value: str) -> bool:
        known = self._told.get(about)
        self._told[about] = value
        return (known is not None and known != value) or (
            known is None and not self._is_calm(value)
        )

    def _is_calm(self, value: str) -> bool:
        """How things stood before the story needs no telling."""
        return value in ("healthy", "unknown") or value.endswith(" Succeeded")


def _ended(template: Status) -> str:
    return {"Succeeded": "succeeded", "Failed": "failed"}.get(
        template["run_state"], f"is {template['run_state']}"
    )


def _course(failover: Status, decision: Status) -> str:
    where = failover["target_region"]
    match failover["phase"]:
        case "choosing":
            return f"failover opened: {failover['reason']}"
        case "requested":
            return f"asked the secondary in {where} to run, once; the intent is in the journal"
        case "starting":
            return decision["says"]
        case "building":
            return f"the run in {where} is there: adopted, not asked again"
        case _:
            return f"the run in {where} succeeded; waiting for its version and replicas"
