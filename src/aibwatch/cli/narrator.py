"""Turns entries of the daemon's history into the lines of a story, as an operator would tell it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from textwrap import shorten
from typing import Any

from aibwatch.model.names import TemplateId, name_of

Entry = Mapping[str, Any]

CALM = frozenset({"building", "replicating", "settling", "answered", "awaiting_answer"})
"""Decisions that the course of the failover tells better."""


SAID_MAX = 70
"""Characters of Azure's own words."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that was seen, judged, decided, held or done."""

    kind: str
    subject: str
    says: str


@dataclass(slots=True)
class Narrator:
    """Knows which template belongs to which image, and which failover answers for which."""

    images: Mapping[str, tuple[TemplateId, ...]]
    began: str
    """ISO 8601; what ran before the story is not part of it."""
    _failovers: dict[str, str] = field(default_factory=dict)
    _regions: dict[str, str] = field(default_factory=dict)
    _holds: dict[str, str] = field(default_factory=dict)

    def tell(self, entry: Entry) -> Iterator[Told]:
        """Return the line that tells an entry, if it is worth one."""
        event = entry["event"]
        if event.startswith("failover."):
            yield from self._failover(event.removeprefix("failover."), entry)
        elif event == "run.seen":
            yield from self._run(entry)
        elif event == "failure.judged":
            image, _ = self._whose(entry["template"])
            says = f"cause {entry['cause']} ({entry['disposition']}), known as {entry['signature']}"
            yield Told("judged", image, says)
        elif event == "region.assessed":
            yield from self._region(entry)
        elif event == "decided.hold" and entry["reason"] not in CALM:
            yield from self._held(entry)

    def _held(self, entry: Entry) -> Iterator[Told]:
        """Tell what holds an image, once for as long as it is the same."""
        if entry["held_by"] or entry["reason"] == "user_error":
            image, says = entry["image"], f"{entry['reason']}: {entry['says']}"
            if self._holds.get(image) != says:
                self._holds[image] = says
                yield Told("held", image, says)

    def _run(self, entry: Entry) -> Iterator[Told]:
        if entry["started"] >= self.began and entry["state"] != "Running":
            image, role = self._whose(entry["template"])
            said = f": {shorten(entry['said'], SAID_MAX)}" if entry["said"] else ""
            says = f"the {role} {name_of(entry['template'])} {entry['state'].lower()}{said}"
            yield Told("seen", image, says)

    def _failover(self, event: str, entry: Entry) -> Iterator[Told]:
        if event == "opened":
            self._failovers[entry["failover"]] = entry["image"]
        image = self._failovers.get(entry["failover"], "")
        match event:
            case "opened":
                yield Told("decided", image, f"build it elsewhere: {entry['reason']}")
            case "intended":
                asked = name_of(entry["target"])
                yield Told("done", image, f"intent in the journal, then asked {asked} to run, once")
            case "unclear":
                answer = shorten(entry["says"], SAID_MAX)
                says = f"no clear answer ({answer}); not asked again, but read back"
                yield Told("seen", image, says)
            case "refused":
                yield Told("seen", image, f"refused: {entry['says']}")
            case "adopted":
                yield Told("seen", image, "its run is there: adopted and watched")
            case "closed":
                yield Told("done", image, f"{entry['outcome']}: {entry['says']}")

    def _region(self, entry: Entry) -> Iterator[Told]:
        families = ", ".join(entry["families"])
        says = f"{entry['health']}: {families}" if families else entry["health"]
        if self._regions.get(entry["region"]) != says:
            self._regions[entry["region"]] = says
            yield Told("judged", entry["region"], says)

    def _whose(self, template: str) -> tuple[str, str]:
        """Return the image of a template, and the template's role."""
        for image, templates in self.images.items():
            if template in templates:
                return image, "primary" if template == templates[0] else "secondary"
        return "", "template"
