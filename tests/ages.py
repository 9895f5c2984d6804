"""Journals of long times: builds of a few templates, every few hours, and what is said of them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from hypothesis import strategies as st

from aibwatch.model.attempt import AttemptState
from aibwatch.model.blueprint import Blueprint, Leaf, Recipe
from aibwatch.model.decision import Reason
from aibwatch.model.entry import (
    Decided,
    Entry,
    FailureJudged,
    HistorySeeded,
    MissedTold,
    ProbeAnswered,
    ProbeIntended,
    RegionAssessed,
    RunMissed,
    RunSeen,
    Scored,
    TemplateCopied,
    TemplateKnown,
    Witnessed,
)
from aibwatch.model.failover import Event
from aibwatch.model.names import ImageName, IncidentId, Region, TemplateId, Token
from aibwatch.model.probe import ProbeReason
from aibwatch.model.region import Health
from aibwatch.model.score import Deed, Score, Truth
from aibwatch.model.template import ProvisioningState, RunKey, RunState
from aibwatch.model.witness import Witness
from builders import (
    HOUR,
    MINUTE,
    NOON,
    NORTH,
    WEST,
    a_belief,
    a_failure,
    a_policy,
    a_run,
    a_template,
    an_id,
    an_image,
)

TEMPLATES = (("web-west", WEST), ("db-west", WEST), ("web-north", NORTH))
CANARY = an_id("canary-west")
HAPPENINGS = (
    *("succeeds",) * 6,
    *("fails",) * 3,
    "canceled",
    "running",
    "again",
    "changed",
    "broken",
    "renamed",
    "seeded",
    "advised",
    "calm",
    "out",
    "well",
    "missed",
    "told",
    "scored",
    "probed",
    "copied",
)
"""What may happen to a template within hours."""

ages = st.lists(
    st.tuples(st.sampled_from(range(len(TEMPLATES))), st.sampled_from(HAPPENINGS)),
    min_size=20,
    max_size=120,
)


class Age:
    """Tells what happens, four hours at a time, as the daemon would enter them."""

    def __init__(self, start: datetime = NOON) -> None:
        """Begin at an instant, with nothing known."""
        self.now = start
        self.known = {
            an_id(name): a_template(id=an_id(name), region=region, lineage=name)
            for name, region in TEMPLATES
        }
        self._failures: list[FailureJudged] = []
        self._incidents: dict[Region, IncidentId] = {}
        self._ran: dict[TemplateId, RunSeen] = {}

    def begin(self) -> list[Entry]:
        """Return that all templates are known."""
        return [TemplateKnown(self.now, each) for each in self.known.values()]

    def pass_by(self, template: int, what: str) -> list[Entry]:
        """Return what is entered within the next hours."""
        self.now += 4 * HOUR
        name = an_id(TEMPLATES[template][0])
        return list(getattr(self, f"_{what}")(name))

    def _run(self, name: TemplateId, state: RunState) -> RunSeen:
        ended = None if state is RunState.RUNNING else self.now
        run = a_run(template=name, started=self.now - 30 * MINUTE, state=state, ended=ended)
        known = self.known[name]
        self._ran[name] = RunSeen(self.now, run, known.region, known.recipe, known.identities)
        return self._ran[name]

    def _succeeds(self, name: TemplateId) -> Iterator[Entry]:
        seen = self._run(name, RunState.SUCCEEDED)
        yield replace(seen, run=replace(seen.run, state=RunState.RUNNING, ended=None))
        yield seen

    def _fails(self, name: TemplateId) -> Iterator[Entry]:
        seen = self._run(name, RunState.FAILED)
        yield seen
        failure = replace(
            a_failure(template=name, ended=self.now, region=seen.region, recipe=seen.recipe),
            run=seen.run,
        )
        self._failures.append(FailureJudged(self.now, failure))
        yield self._failures[-1]
        yield Witnessed(self.now, Witness(an_image(), a_policy(), self.now))

    def _canceled(self, name: TemplateId) -> Iterator[Entry]:
        yield self._run(name, RunState.CANCELED)

    def _running(self, name: TemplateId) -> Iterator[Entry]:
        yield self._run(name, RunState.RUNNING)

    def _again(self, name: TemplateId) -> Iterator[Entry]:
        """After a restart the last run may be entered once more."""
        if name in self._ran:
            yield replace(self._ran[name], at=self.now)

    def _changed(self, name: TemplateId) -> Iterator[Entry]:
        recipe = f"recipe-{self.now:%m%d%H}"
        self.known[name] = replace(self.known[name], recipe=recipe, modified=self.now)
        yield TemplateKnown(self.now, self.known[name])

    def _broken(self, name: TemplateId) -> Iterator[Entry]:
        """Handed in anew; the service fails to provision it, then does."""
        broken = replace(self.known[name], provisioning=ProvisioningState.FAILED)
        yield TemplateKnown(self.now, broken)
        yield TemplateKnown(self.now + MINUTE, self.known[name])

    def _renamed(self, name: TemplateId) -> Iterator[Entry]:
        self.known[name] = replace(self.known[name], lineage=f"lineage-{self.now:%H}")
        yield TemplateKnown(self.now, self.known[name])

    def _seeded(self, name: TemplateId) -> Iterator[Entry]:
        known = self.known[name]
        built = self.now - 48 * HOUR
        yield HistorySeeded(
            self.now, name, known.region, known.recipe, known.identities, built, "the gallery"
        )

    def _advised(self, name: TemplateId) -> Iterator[Entry]:
        key = self._failures[-1].failure.key if self._failures else None
        image = ImageName(name.rpartition("/")[2])
        yield Decided(self.now, image, "advise", Reason.ADVISE_ONLY, key=key)

    def _calm(self, name: TemplateId) -> Iterator[Entry]:
        yield Decided(self.now, ImageName(name.rpartition("/")[2]), "hold", Reason.NOTHING_FAILED)

    def _out(self, name: TemplateId) -> Iterator[Entry]:
        region = self.known[name].region
        incident = self._incidents.setdefault(region, IncidentId(f"{region}-{self.now:%m%d%H}"))
        belief = a_belief(region=region, health=Health.OUTAGE, since=self.now, incident=incident)
        yield RegionAssessed(self.now, belief)

    def _well(self, name: TemplateId) -> Iterator[Entry]:
        region = self.known[name].region
        self._incidents.pop(region, None)
        yield RegionAssessed(self.now, a_belief(region=region, since=self.now))

    def _missed(self, name: TemplateId) -> Iterator[Entry]:
        started = self.now - 90 * MINUTE
        seen = RunKey(name, self.now)
        yield RunMissed(self.now, name, self.known[name].region, RunKey(name, started), seen)

    def _told(self, name: TemplateId) -> Iterator[Entry]:
        key = RunKey(name, self.now - 330 * MINUTE)
        yield MissedTold(self.now, key, self.known[name].region, AttemptState.SUCCEEDED)

    def _scored(self, _name: TemplateId) -> Iterator[Entry]:
        if self._failures:
            failure = self._failures[len(self._failures) // 2].failure
            score = Score(failure.key, failure.region, failure.ended, Deed.HELD, Truth.OWNER)
            yield Scored(self.now, score)

    def _probed(self, name: TemplateId) -> Iterator[Entry]:
        """The canary runs, as whatever happens to be done next makes it."""
        token = Token(f"{self.now:%m%d%H}")
        yield ProbeIntended(self.now, WEST, CANARY, token, 1, ProbeReason.SCHEDULED)
        yield ProbeAnswered(self.now, WEST, token, Event.BEGAN)
        run = a_run(template=CANARY, started=self.now, ended=self.now + MINUTE)
        yield RunSeen(self.now + MINUTE, run, WEST, "recipe-canary", "identity-canary")
        failure = a_failure(template=CANARY, ended=self.now, recipe="recipe-canary")
        if name == an_id(TEMPLATES[0][0]):
            yield FailureJudged(self.now + MINUTE, replace(failure, run=run))

    def _copied(self, name: TemplateId) -> Iterator[Entry]:
        """Each shows something that none before it did."""
        found = Blueprint(Recipe([Leaf("$.source", f'"{self.now:%m%d%H}"')]))
        yield TemplateCopied(self.now, name, f"{self.now:%m%d%H}", "{}", found)


def entries_of(age: Sequence[tuple[int, str]]) -> list[Entry]:
    """Return the journal of an age."""
    teller = Age()
    return teller.begin() + [entry for hour in age for entry in teller.pass_by(*hour)]
