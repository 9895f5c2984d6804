"""Who knew of an incident when: each notice is told once in each watched region that it names.

The journal keeps the whole notice. When aibwatch knew is in the belief that opened the incident;
`journal.records` puts both together, however late the notice came.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from aibwatch.diagnose.notices import tells_of
from aibwatch.model.entry import NoticeKnown
from aibwatch.model.names import Region
from aibwatch.model.notice import Notice
from aibwatch.model.policy import Policy
from aibwatch.model.state import NEVER, Sightings, State

AT_ONCE = 500
"""Notices, counted in each region, that are followed at once; of more the newest."""
OLD = timedelta(days=7)
"""What was over before that is no news any more."""

Key = tuple[Region, str, str]
"""Region, source without its subscription, tracking id."""


def notices_known(
    state: State, sightings: Sightings, policy: Policy, now: datetime
) -> list[NoticeKnown]:
    """Return the notices that are new, changed or gone, as entries in order of their names."""
    if not sightings.notices:
        return []
    shown = _shown(state, sightings, policy, now)
    news = {key: notice for key, notice in _newest(shown).items() if _is_news(key, notice, state)}
    news |= _gone(shown, state, sightings)
    return [NoticeKnown(now, key[0], key[1], news[key]) for key in sorted(news)]


def name_of_source(source: str) -> str:
    """Return a source without the subscription that it was asked for."""
    return source.partition(":")[0]


def _shown(state: State, sightings: Sightings, policy: Policy, now: datetime) -> dict[Key, Notice]:
    """Return what is shown now. Subscriptions may differ about an event: one that lasts wins."""
    found: dict[Key, Notice] = {}
    watched = frozenset(sightings.read) | state.regions.keys()
    for source, notice in _told(sightings, policy, now):
        for region in watched if notice.everywhere else notice.regions & watched:
            key = (region, source, notice.id)
            if key not in found or (notice.active and not found[key].active):
                found[key] = notice
    return found


def _told(sightings: Sightings, policy: Policy, now: datetime) -> Iterator[tuple[str, Notice]]:
    for source in sorted(sightings.notices):
        for notice in sightings.notices[source]:
            over = notice.mitigated or (NEVER if notice.began is None else notice.began)
            recent = notice.active or now - over <= OLD
            if recent and tells_of(notice, policy.services):
                yield name_of_source(source), notice


def _newest(shown: dict[Key, Notice]) -> dict[Key, Notice]:
    if len(shown) <= AT_ONCE:
        return shown
    keys = sorted(shown, key=lambda key: (shown[key].active, shown[key].began or NEVER, key))
    return {key: shown[key] for key in keys[-AT_ONCE:]}


def _is_news(key: Key, notice: Notice, state: State) -> bool:
    """Whether it is new, or its impact is told otherwise than before; a new wording is no news."""
    known = state.notices.get(key)
    return known is None or _impact(known.notice) != _impact(notice)


def _impact(notice: Notice) -> tuple[bool, datetime | None, datetime | None]:
    return notice.active, notice.began, notice.mitigated


def _gone(shown: dict[Key, Notice], state: State, sightings: Sightings) -> dict[Key, Notice]:
    """Return notices that lasted and are shown no more: they are over, and nobody said since when.

    After a restart a source has to answer before what it does not show is gone.
    """
    answered = {name_of_source(source) for source in sightings.notices}
    return {
        key: replace(known.notice, active=False)
        for key, known in state.notices.items()
        if known.notice.active and key not in shown and key[1] in answered
    }
