"""What the daemon believes, and the one way it learns: from observations.

The cycle teaches it what was collected; the executor teaches it what was read again just before a
request. Both then decide from the same `View`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from aibwatch.collect.sightings import absorb
from aibwatch.diagnose.region import assess_all
from aibwatch.diagnose.runs import notice_runs
from aibwatch.diagnose.suspicion import suspicion
from aibwatch.diagnose.weigh import weigh_all
from aibwatch.journal.ledger import Ledger
from aibwatch.model.decision import Decision
from aibwatch.model.fault import WATCHER
from aibwatch.model.image import Image
from aibwatch.model.names import ImageName, TemplateId
from aibwatch.model.observation import Observation
from aibwatch.model.policy import Policy
from aibwatch.model.readiness import Readiness
from aibwatch.model.state import Sightings, Snapshot, State, View, copied
from aibwatch.model.template import Template
from aibwatch.secondaries.misconfigured import misconfigured
from aibwatch.secondaries.readiness import assess


class Belief:
    """State, sightings, and what follows from them."""

    def __init__(
        self, images: Sequence[Image], policy: Policy, ledger: Ledger, now: datetime
    ) -> None:
        """Start from the journal's state, having seen nothing yet."""
        self.images = {image.name: image for image in images}
        self.policy = policy
        self.ledger = ledger
        self.sightings = Sightings(booted=now, templates=remembered(ledger.state))
        self._images_of: dict[TemplateId, list[Image]] = {}
        for image in images:
            for template in image.templates:
                self._images_of.setdefault(template, []).append(image)
        self._readiness: dict[tuple[ImageName, TemplateId], Readiness] = {}
        self._checked = now
        self._view = self._look(now, images)

    @property
    def state(self) -> State:
        """What the journal tells."""
        return self.ledger.state

    def view(self) -> View:
        """Return what a decision may look at, as of the last `learn`."""
        return replace(self._view, writable=self.ledger.writable)

    def learn(self, observations: Sequence[Observation], now: datetime) -> None:
        """Take in what was seen, judge what failed, and assess the regions."""
        changed = absorb(self.sightings, observations)
        self.ledger.record(notice_runs(changed, self.state, now))
        self._view = self._look(now, self._to_check(changed, now))
        if self._view.suspicion:
            self.sightings.sweeps = 0  # the warm-up starts anew when suspicion ends (S16)

    def _look(self, now: datetime, to_check: Iterable[Image]) -> View:
        state, seen, policy = self.state, self.sightings, self.policy
        verdicts = weigh_all(self.images, state, seen, policy, now)
        self.ledger.record(assess_all(verdicts, state, seen, policy, now))
        for image in to_check:
            for target in image.secondaries:
                self._readiness[image.name, target] = assess(image, target, seen, policy, now)
        return View(
            images=self.images,
            state=state,
            sightings=seen,
            verdicts=verdicts,
            readiness=self._readiness,
            policy=policy,
            misconfigured=misconfigured(self.images, seen),
            suspicion=suspicion(state, seen, policy),
        )

    def _to_check(self, changed: Iterable[Template], now: datetime) -> Iterable[Image]:
        """Return the images whose readiness may have changed; once an interval, all of them."""
        if now - self._checked >= self.policy.interval:
            self._checked = now
            return self.images.values()
        touched = {template.id for template in changed} | self.state.failures.keys()
        images = (image for each in touched for image in self._images_of.get(each, ()))
        return {image.name: image for image in images}.values()

    def snapshot(self, decisions: dict[ImageName, Decision], now: datetime) -> Snapshot:
        """Return a frozen picture: the dictionaries in it are copies."""
        return Snapshot(
            at=now,
            view=replace(
                self.view(),
                state=copied(self.state),
                sightings=copied(self.sightings),
                readiness=dict(self._readiness),
            ),
            decisions=dict(decisions),
            blind=self.blind(),
        )

    def blind(self) -> bool:
        """Whether we ourselves cannot see: no template could be read, for reasons of our own."""
        seen = self.sightings
        test = seen.self_test
        if test is not None and test.fault is not None:
            return True
        unseen = [seen.faults.get(template) for template in self._images_of]
        return bool(unseen) and all(fault and fault.kind in WATCHER for fault in unseen)


def remembered(state: State) -> dict[TemplateId, Template]:
    """Return the templates as the journal tells of them: known, though not seen since the start."""
    return {
        template.id: replace(template, run=state.runs.get(template.id))
        for template in state.templates.values()
    }
