"""What the daemon believes, and the one way it learns: from observations.

The cycle teaches it what was collected; the executor teaches it what was read again just before a
request. Both then decide from the same `View`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from aibwatch.collect.sightings import absorb
from aibwatch.daemon.log import logger
from aibwatch.diagnose.attempts import notice_attempts
from aibwatch.diagnose.editions import notice_editions
from aibwatch.diagnose.hindsight import hindsight
from aibwatch.diagnose.lost import notice_lost
from aibwatch.diagnose.overdue import notice_overdue
from aibwatch.diagnose.region import assess_all
from aibwatch.diagnose.runs import notice_runs, read_logs
from aibwatch.diagnose.seeding import seed
from aibwatch.diagnose.suspicion import suspicion
from aibwatch.diagnose.weigh import weigh_all
from aibwatch.journal.ledger import Ledger
from aibwatch.model.decision import Decision
from aibwatch.model.fault import WATCHER
from aibwatch.model.image import Image
from aibwatch.model.names import ImageName, TemplateId
from aibwatch.model.observation import Observation
from aibwatch.model.policy import Policy
from aibwatch.model.probe import ProbeDecision
from aibwatch.model.state import Sightings, Snapshot, State, View, copied
from aibwatch.model.template import Template
from aibwatch.secondaries.checklist import Checklist
from aibwatch.secondaries.copies import notice_copies
from aibwatch.secondaries.misconfigured import sharing, without_primary
from aibwatch.secondaries.tagged import Tags

log = logger(__name__)


class Belief:
    """State, sightings, and what follows from them."""

    def __init__(
        self, images: Sequence[Image], policy: Policy, ledger: Ledger, now: datetime
    ) -> None:
        """Start from the journal's state, having seen nothing yet."""
        self._configured, self._tags = images, Tags(images, policy)
        self._tagged: tuple[Image, ...] = ()
        self.images = {image.name: image for image in images}
        """Those of the configuration, then those that tags make of other templates."""
        self.policy = policy
        self.ledger = ledger
        self.sightings = Sightings(booted=now, templates=remembered(ledger.state))
        self.stirred: set[TemplateId] = set()
        """Templates that are not what they were when all images were last decided about."""
        self.leads: Callable[[], bool] = lambda: ledger.leading
        """Whether we may act."""
        self._afresh = False
        self._checklist = Checklist(images, policy)
        self._sharing: tuple[int, dict[ImageName, str]] = (-1, {})
        """Images that share a definition, as of so many changes of templates."""
        self._pictured = (ledger.state, copied(ledger.state))
        """The state, and what pictures show of it."""
        self._view = self._look(now, ())

    @property
    def state(self) -> State:
        """What the journal tells."""
        return self.ledger.state

    def view(self) -> View:
        """Return what a decision may look at, as of the last `learn`."""
        leader, writable = self.leads(), self.ledger.writable
        if (self._view.leader, self._view.writable) != (leader, writable):
            self._view = replace(self._view, leader=leader, writable=writable)
        return self._view

    def begin_anew(self) -> None:
        """Look at everything again, as after a start: who followed kept no record of what he saw.

        The next `learn` takes every template for one that has changed, and the warm-up begins with
        it (PROMISES S16): a sweep that began before does not count.
        """
        self._afresh = True

    def reconfigure(self, images: Sequence[Image], policy: Policy, now: datetime) -> None:
        """Believe by another configuration from now on, wholly, and warm up anew (S16, S42)."""
        self._configured, self._tags = images, Tags(images, policy)
        self.policy = policy
        self._watch(self._tags.images(self.sightings, now))
        self.begin_anew()
        self.stirred.update(self.sightings.templates)
        self._view = self._look(now, self.sightings.templates.values())

    def _watch(self, tagged: tuple[Image, ...]) -> None:
        """Watch the images of the configuration and these."""
        self._tagged, images = tagged, [*self._configured, *tagged]
        self.images = {image.name: image for image in images}
        self._checklist = Checklist(images, self.policy)
        self._sharing = (-1, {})

    def look_again(self, now: datetime) -> None:
        """Judge and assess anew what was seen: the state is another one."""
        self._view = self._look(now, ())

    def learn(self, observations: Sequence[Observation], now: datetime) -> None:
        """Take in what was seen, judge what failed, and assess the regions."""
        changed = absorb(self.sightings, observations)
        if self._afresh:
            self._afresh, self.sightings.sweeps = False, 0
            changed = list(self.sightings.templates.values())
        self.stirred.update(template.id for template in changed)
        moved = self._take_in(now)
        self.ledger.record(notice_runs(changed, self.state, now, self.policy.signatures))
        self.ledger.record(notice_copies(observations, self.state))
        self.ledger.record(read_logs(observations, self.state, self.policy.signatures))
        self.ledger.record(seed(observations, self.state, self.sightings, now))
        self.ledger.record(notice_attempts(self.state, self.sightings, self.policy, now))
        self.ledger.record(notice_editions(observations, self.images, self.state, now))
        images = self.images.values()
        self.ledger.record(notice_lost(images, self.state, self.sightings, self.policy, now))
        self.ledger.record(notice_overdue(images, self.state, now))
        seen, policy = self.sightings, self.policy
        self._view = self._look(now, seen.templates.values() if moved else changed)
        self.ledger.record(hindsight(self.images, self.state, seen, policy, now))
        if self._view.suspicion or not self.ledger.writable:
            self.sightings.sweeps = 0  # the warm-up starts anew when that ends (S16)

    def _take_in(self, now: datetime) -> bool:
        """Watch what is tagged as an image, and no more what is tagged no longer; whether any is.

        That needs no warm-up: what is only tagged is never answered, and what is configured has
        been watched all along.
        """
        found = self._tags.images(self.sightings, now)
        if found == self._tagged:
            return False
        log.info("images.tagged", images=[each.name for each in found])
        self._watch(found)
        return True

    def _look(self, now: datetime, changed: Iterable[Template]) -> View:
        state, seen, policy = self.state, self.sightings, self.policy
        verdicts = weigh_all(self.images, state, seen, policy, now)
        self.ledger.record(assess_all(verdicts, state, seen, policy, now))
        touched = {template.id for template in changed}
        out = frozenset(name for name, belief in state.regions.items() if belief.incident)
        self._checklist.renew(touched, seen, now, out, state)
        return View(
            images=self.images,
            state=state,
            sightings=seen,
            verdicts=verdicts,
            readiness=self._checklist.found,
            policy=policy,
            needs=self._checklist.needs,
            misconfigured=self._misconfigured(),
            tagged=frozenset(each.name for each in self._tagged),
            leader=self.leads(),
            writable=self.ledger.writable,
            suspicion=suspicion(state, seen, policy, now),
        )

    def _misconfigured(self) -> dict[ImageName, str]:
        """Return the images that are held for it; who shares only changes with the templates."""
        if self._sharing[0] != self.sightings.changes:
            self._sharing = self.sightings.changes, sharing(self.images, self.sightings)
        return self._sharing[1] | without_primary(self.images, self.sightings)

    def unrest(self) -> set[ImageName]:
        """Return the images whose primary failed or is not what it was at the last decisions.

        Those too that an operator ordered to be built.
        """
        image_of = self._checklist.image_of
        moved = self.stirred | self.state.failures.keys()
        images = ((each, image_of[each]) for each in moved if each in image_of)
        failed = {image.name for template, image in images if template == image.primary}
        return failed | self.state.orders.keys() | self.state.open.keys()

    def snapshot(
        self,
        decisions: dict[ImageName, Decision],
        now: datetime,
        probes: tuple[ProbeDecision, ...] = (),
    ) -> Snapshot:
        """Return a frozen picture: the dictionaries in it are copies."""
        return Snapshot(
            at=now,
            view=replace(
                self.view(),
                state=self._picture(),
                sightings=copied(self.sightings),
                readiness=dict(self._checklist.found),
            ),
            decisions=dict(decisions),
            blind=self.blind(),
            probes=probes,
        )

    def _picture(self) -> State:
        """Return a copy of the state, the last one as long as no entry came."""
        state, copy = self._pictured
        if state is not self.state or state.changes != copy.changes:
            self._pictured = self.state, copied(self.state)
        return self._pictured[1]

    def blind(self) -> bool:
        """Whether we ourselves cannot see: no template could be read, for reasons of our own."""
        seen = self.sightings
        test = seen.self_test
        if test is not None and test.fault is not None:
            return True
        watched = self._checklist.image_of
        unseen = (seen.faults.get(template) for template in watched)
        return bool(watched) and all(fault and fault.kind in WATCHER for fault in unseen)


def remembered(state: State) -> dict[TemplateId, Template]:
    """Return the templates as the journal tells of them: known, though not seen since the start."""
    return {
        template.id: replace(template, run=state.runs.get(template.id))
        for template in state.templates.values()
    }
