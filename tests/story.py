"""The language of the transcripts: what happens, line by line, and what the core makes of it.

Each line is one command. Time stands still but for `at`, which lets it pass with one cycle a
minute; after every block of commands there is one more cycle. What is told are the journal's
entries, in words.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from aibwatch.model.buildlog import BuildLog, LogState
from aibwatch.model.decision import Hold
from aibwatch.model.entry import (
    Answered,
    Booted,
    Closed,
    Decided,
    EditionSeen,
    Entry,
    FailoverOpened,
    FailureJudged,
    Intended,
    Moved,
    NoticeKnown,
    OrderDropped,
    Ordered,
    Paused,
    RegionAssessed,
    Resumed,
    RunMissed,
    RunSeen,
    Scored,
)
from aibwatch.model.failover import Event
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import FailoverId, ImageName, OrderId, Region, name_of
from aibwatch.model.order import Order, OrderKind
from aibwatch.model.region import RegionBelief
from aibwatch.model.state import Sightings
from aibwatch.model.template import RunState
from aibwatch.model.verdict import Failure, FailureKey
from builders import MINUTE, NOON, a_definition_id, a_notice, a_policy, a_template, an_id
from little_azure import Answer, LittleAzure
from loop import Loop

UNITS = {"s": MINUTE / 60, "m": MINUTE, "h": 60 * MINUTE, "d": 24 * 60 * MINUTE}
GENERIC = "Internal error occurred. This is a generic error."
TEXTS = {
    "internal error": GENERIC,
    "no room": "AllocationFailed: Allocation failed. We do not have sufficient capacity.",
    "review the log": "During the image build a failure has occurred, please review the build log.",
    "script": "Script exited with non-zero exit status: 1. Allowed exit codes are: [0]",
}
"""Short words for well-known errors."""
ANSWERS = {
    Event.BEGAN: "the request is accepted",
    Event.REFUSED: "the request is refused",
    Event.UNCLEAR: "the request has no clear answer",
}
ENDINGS = {
    "succeeds": RunState.SUCCEEDED,
    "fails": RunState.FAILED,
    "succeeds partly": RunState.PARTIALLY_SUCCEEDED,
    "is canceled": RunState.CANCELED,
}


class Story:
    """A world that commands act on, and its telling."""

    def __init__(self) -> None:
        """Begin on a day in March, with an empty world."""
        self.now = NOON - 12 * 60 * MINUTE
        self.azure = LittleAzure({})
        self.loop = Loop(self.azure, {}, a_policy(), Sightings(booted=self.now))
        self._told = 0
        self._beliefs: dict[Region, RegionBelief] = {}
        self._said: dict[ImageName, str] = {}
        self._judgements: dict[FailureKey, str] = {}
        self._begun = False

    def block(self, lines: Iterable[str]) -> str:
        """Do what the lines say; return what was journalled meanwhile, in words."""
        for line in lines:
            self.do(line)
        if self._begun:
            self.loop.cycle(self.now)
        new, self._told = self.loop.journal[self._told :], len(self.loop.journal)
        told = [line for entry in new for line in self._tell(entry)]
        return "\n".join(told or ["nothing new"])

    def do(self, line: str) -> None:
        """Do one command. Raises ValueError if it is none."""
        for pattern, command in COMMANDS:
            found = re.fullmatch(pattern, line)
            if found:
                command(self, *found.groups(""))
                return
        message = f"no such command: {line}"
        raise ValueError(message)

    # what happens

    def policy(self, key: str, value: str) -> None:
        """Set a number of the policy."""
        number: Any = int(value) if value.isdigit() else value
        if value[:-1].isdigit() and value[-1] in UNITS:
            number = duration(value)
        self.loop.policy = replace(self.loop.policy, **{key: number})

    def image(self, name: str, mode: str, templates: str) -> None:
        """Configure an image; each of its templates comes to exist and never ran."""
        ids = []
        regions = [Region(each.partition("@")[2]) for each in templates.split(", ")]
        for each in templates.split(", "):
            template, _, region = each.partition("@")
            ids.append(an_id(template))
            self.azure.templates[ids[-1]] = a_template(
                id=ids[-1],
                region=Region(region),
                recipe=f"recipe-{name}",
                identities=f"identity-{name}",
                definition=a_definition_id(name),
                targets=tuple(sorted({*regions, Region("northeurope")})),
            )
        image = Image(ImageName(name), tuple(ids), Mode(mode or "auto"))
        self.loop.images[image.name] = image

    def expect(self, name: str, every: str) -> None:
        """Configure how often a good build of an image is expected."""
        image = self.loop.images[ImageName(name)]
        self.loop.images[image.name] = replace(image, expect_every=duration(every))

    def at(self, hour: str, minute: str) -> None:
        """Let time pass until then, with a cycle a minute; the first time, warm up."""
        then = NOON.replace(hour=int(hour), minute=int(minute))
        if then < self.now:
            then += timedelta(days=1)
        if not self._begun:
            self.now = then - 2 * MINUTE
        self._begun = True
        while self.now < then:
            self.loop.cycle(self.now)
            self.now += MINUTE

    def wait(self, how_long: str) -> None:
        """Let so much time pass, with a cycle a minute."""
        then = self.now + duration(how_long)
        while self.now < then:
            self.loop.cycle(self.now)
            self.now += MINUTE

    def built(self, template: str, ago: str) -> None:
        """Let a template have built well before the story begins."""
        self.azure.end(an_id(template), RunState.SUCCEEDED, "", NOON - duration(ago))

    def runs(self, template: str) -> None:
        """Let the owner run a template."""
        self.azure.begin(an_id(template), self.now)

    def ends(self, template: str, ending: str, text: str) -> None:
        """Let the run of a template end."""
        message = TEXTS.get(text, text)
        self.azure.end(an_id(template), ENDINGS[ending], message, self.now)

    def refused(self, template: str, text: str) -> None:
        """Let the provider refuse a pipeline's request to run; only the Activity Log shows it."""
        self.azure.refuse(an_id(template), TEXTS.get(text, text), self.now)

    def submitted(self, template: str, error: str) -> None:
        """Let the owner submit a template anew."""
        self.azure.submit(an_id(template), error, self.now)

    def log(self, template: str, text: str) -> None:
        """Say what is in the log of the next failure of a template, or that there is none."""
        found = BuildLog(LogState.PRESENT, head=TEXTS.get(text, text))
        self.azure.logs[an_id(template)] = found if text else BuildLog(LogState.ABSENT, "no log")

    def publish(self, template: str) -> None:
        """Let somebody publish a version of a template's image by other means."""
        self.azure.publish(an_id(template), self.now)

    def light(self, region: str, how: str) -> None:
        """Let a region's provider stop answering, or answer again."""
        (self.azure.dark.add if how == "dark" else self.azure.dark.discard)(Region(region))

    def sight(self, how: str) -> None:
        """Break our own way out, or mend it."""
        self.azure.blind = how == "blind"

    def notice(self, region: str) -> None:
        """Let Microsoft say that Image Builder is ill in a region."""
        everywhere = region == "everywhere"
        self.azure.notices[region] = a_notice(
            id="4LTS-9C8",
            title="Builds fail",
            regions=frozenset() if everywhere else frozenset({Region(region)}),
            everywhere=everywhere,
            began=self.now,
        )

    def no_notice(self, region: str) -> None:
        """Let that notice end."""
        ended = replace(self.azure.notices[region], active=False, mitigated=self.now)
        self.azure.notices[region] = ended

    def answer(self, event: str, begins: str, hidden: str) -> None:
        """Say how the next request is answered, and what becomes of it."""
        hidden_for = duration(hidden) if hidden else timedelta(0)
        self.azure.answers.append(Answer(Event(event), begins == "a run begins", hidden_for))

    def pause(self, scope: str, reason: str) -> None:
        """Let an operator pause a scope."""
        self.loop.enter([Paused(self.now, scope, reason, "ada")])

    def resume(self, scope: str) -> None:
        """Let the operator resume it."""
        self.loop.enter([Resumed(self.now, scope, "", "ada")])

    def want(self, image: str, reason: str) -> None:
        """Let a pipeline order a build, at home or wherever it can be."""
        mark = OrderId(f"{image}-{self.now:%d%H%M%S}-{len(self.loop.journal)}")
        made = Order(mark, OrderKind.BUILD, ImageName(image), self.now, "ada", reason)
        self.loop.enter([Ordered(self.now, made)])

    def order(self, image: str, to: str, accept: str, reason: str) -> None:
        """Let an operator order a build: on a secondary, on any that can, or at home."""
        kind = OrderKind.FAILBACK if to == "home" else OrderKind.FAILOVER
        target = an_id(to) if to not in ("", "home") else None
        accepted = frozenset(filter(None, accept.split(",")))
        mark = OrderId(f"{image}-{self.now:%d%H%M%S}-{len(self.loop.journal)}")
        made = Order(mark, kind, ImageName(image), self.now, "ada", reason, target, accepted)
        self.loop.enter([Ordered(self.now, made)])

    def crash(self) -> None:
        """Let the daemon die after the next request was sent, and start again at once."""
        self.loop.crash_next = True

    def restart(self) -> None:
        """Let the daemon start again."""
        self.loop.restart(self.now)

    # how it is told

    def _tell(self, entry: Entry) -> list[str]:
        lines = self._words(entry)
        time = f"{entry.at:%H:%M} "
        return [time + lines[0], *(f"      {line}" for line in lines[1:])] if lines else []

    def _words(self, entry: Entry) -> list[str]:
        told: list[str] = []
        match entry:
            case RunSeen(run=run):
                told = [f"{name_of(run.template)} shows a run: {run.state}"]
            case FailureJudged(failure=failure):
                told = self._judged(failure)
            case RegionAssessed(belief=belief):
                told = self._region(belief)
            case Booted(epoch=epoch):
                told = [f"the daemon starts, epoch {epoch}"]
            case Paused(scope=scope, reason=reason, actor=actor):
                told = [f"{actor} pauses {scope}: {reason}"]
            case Resumed(scope=scope, actor=actor):
                told = [f"{actor} resumes {scope}"]
            case OrderDropped(image=image, says=says):
                told = [f"{image}: the order is dropped: {says}"]
            case Decided(image=image, decision="act", says=says):
                self._said[image] = says
            case Decided(image=image, reason=reason, says=says, held_by=held_by):
                told = [f"{image}: {reason}{': ' if says else ''}{says}", *_others(held_by)]
            case _:
                told = self._course(entry) or self._record(entry)
        return told

    def _judged(self, failure: Failure) -> list[str]:
        error = failure.classification
        said = f"{error.cause}, {error.disposition} ({error.signature or 'no signature'})"
        last, self._judgements[failure.key] = self._judgements.get(failure.key), said
        log = f", its log is {failure.log}" if last else ""
        return [f"{name_of(failure.template)} failed: {said}{log}"] if said != last else []

    def _region(self, belief: RegionBelief) -> list[str]:
        last = self._beliefs.get(belief.region)
        self._beliefs[belief.region] = belief
        agreed = belief.agreed_since and (last is None or not last.agreed_since)
        if last and (last.health, last.families) == (belief.health, belief.families) and not agreed:
            return []
        debounce = ", not yet believed to be out" if agreed else ""
        if belief.quiet_since and not agreed:
            debounce = " for a while, though nothing speaks any more"
        incident = "; an incident is open" if belief.incident else ""
        evidence = [f"{each.family}: {each.says}" for each in belief.evidence]
        return [f"{belief.region} is {belief.health}{debounce}{incident}", *evidence]

    def _course(self, entry: Entry) -> list[str]:
        match entry:
            case FailoverOpened(image=image, reason=reason):
                return [f"{image}: a failover is opened, {reason}"]
            case Intended(failover=failover, target=target, reason=reason, blind=blind):
                unread = ", the primary cannot be read" if blind else ""
                return [f"{self._image(failover)}: asks {name_of(target)}, {reason}{unread}"]
            case Answered(failover=failover, event=event):
                return [f"{self._image(failover)}: {ANSWERS[event]}"]
            case Moved(failover=failover, reason=reason):
                image = self._image(failover)
                return [f"{image}: {reason}: {self._said[image]}"]
            case Closed(failover=failover, outcome=outcome, reason=reason, says=says):
                return [f"{self._image(failover)}: ends {outcome}, {reason}: {says}"]
            case _:
                return []

    def _record(self, entry: Entry) -> list[str]:
        match entry:
            case NoticeKnown(region=region, notice=notice):
                lead = self._leads(region) if notice.active else []
                state = "says" if notice.active else "says no more"
                return [f"Microsoft {state}: {notice.id} {notice.title}, {region}", *lead]
            case EditionSeen(edition=each):
                name = each.version.rpartition("/")[2]
                lost = each.duplicate_of.rpartition("/")[2]
                rank = f", a duplicate of {lost}" if lost else ""
                where = "" if each.complete else ", not everywhere yet"
                return [f"{name_of(each.run.template)} made {name}{where}{rank}"]
            case RunMissed(known=known, says=says):
                return [f"{name_of(known.template)} had a run that was missed: {says}"]
            case Scored(score=score):
                mark = f"{score.deed}, and it was the {score.truth}'s: {score.says}"
                return [f"{name_of(score.key.template)} is scored: {mark}"]
            case _:
                return []

    def _leads(self, region: Region) -> list[str]:
        """Say by how long open incidents of a region were known before this."""
        return [
            f"its incident was known here {each.lead(sight)} earlier"
            for each in self.loop.state.incidents.values()
            if each.region == region and each.closed is None
            for sight in each.sights
        ]

    def _image(self, failover: FailoverId) -> ImageName:
        return self.loop.state.failovers[failover].image


def _others(held_by: tuple[Hold, ...]) -> list[str]:
    return [f"also {hold.reason}: {hold.says}" for hold in held_by[1:]]


def duration(text: str) -> timedelta:
    """Return `5m` and its like as a duration."""
    return int(text[:-1]) * UNITS[text[-1]]


T = r"([a-z0-9-]+)"
"""A template, an image or a region by its name."""
EVENT = "(began|refused|unclear)"
Command = Callable[..., None]
COMMANDS: tuple[tuple[str, Command], ...] = (
    (r"policy ([a-z_]+)=(\w+)", Story.policy),
    (rf"image {T}(?: in mode (\w+))?: (.+)", Story.image),
    (rf"a good build of {T} is expected every (\w+)", Story.expect),
    (r"at (\d\d):(\d\d)", Story.at),
    (r"wait (\w+)", Story.wait),
    (rf"{T} built well (\w+) ago", Story.built),
    (rf"{T} runs", Story.runs),
    (rf"{T} (fails|succeeds|succeeds partly|is canceled)(?:: (.+))?", Story.ends),
    (rf"a pipeline's request to run {T} is refused: (.+)", Story.refused),
    (rf"{T} is submitted anew(?: and ends with (.+))?", Story.submitted),
    (rf"the next log of {T} says: (.+)", Story.log),
    (rf"the next build of {T} leaves no log()", Story.log),
    (rf"{T} is published by hand", Story.publish),
    (rf"{T} goes (dark|light)", Story.light),
    (r"we are (blind|sighted)", Story.sight),
    (rf"notice on {T}", Story.notice),
    (rf"notice on {T} ends", Story.no_notice),
    (
        rf"next answer: {EVENT}, (a run begins|nothing begins)(?:, unseen for (\w+))?",
        Story.answer,
    ),
    (r"pause (\S+): (.+)", Story.pause),
    (r"resume (\S+)", Story.resume),
    (rf"ada orders {T}(?: to {T})?(?:, accepting (\S+))?: (.+)", Story.order),
    (rf"ada wants {T}: (.+)", Story.want),
    (r"the daemon dies after its next request", Story.crash),
    (r"the daemon restarts", Story.restart),
)
"""Every command, by its words."""
