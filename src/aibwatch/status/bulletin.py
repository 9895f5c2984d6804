"""Journal entries and pictures -> notifications, each once per change of state. Pure.

What was told where is in the journal too (`Notified`), and this is folded from it like everything
else: after a restart, or under another leader, what was not told yet still is, and nothing is told
twice but what a channel took just before the end. Told are changes of the last hours only: who
names a channel for the first time is not told the past.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from aibwatch.model.decision import Reason
from aibwatch.model.edition import Edition
from aibwatch.model.entry import (
    Acknowledged,
    Answered,
    Closed,
    Decided,
    EditionSeen,
    Entry,
    FailoverOpened,
    Intended,
    Moved,
    Notified,
    OrderDropped,
    Ordered,
    RegionAssessed,
    Resumed,
    Violated,
)
from aibwatch.model.failover import NEEDS_HUMAN, Event, Outcome
from aibwatch.model.names import (
    MONITOR,
    FailoverId,
    ImageName,
    OrderId,
    Region,
    TemplateId,
    name_of,
)
from aibwatch.model.notification import News, Notification
from aibwatch.model.order import Order, OrderKind
from aibwatch.model.region import Health
from aibwatch.model.state import NEVER, Snapshot
from aibwatch.status.rehearsed import drilled, not_begun
from aibwatch.status.surveyed import is_known, reds, stales

TOLD_FOR = timedelta(hours=12)
"""What is older is told no more: a night's outage of a channel loses nothing."""
KEPT = 1_000
"""Notifications at once; beyond it the oldest goes, and is counted."""
RED_FOR = timedelta(minutes=5)
"""So long a secondary is red before it is told: templates are changed by hand, and busy."""

GOOD = frozenset({Outcome.SUCCEEDED, Outcome.LATE_REPLICAS, Outcome.SUPERSEDED})
BUILT = frozenset({Reason.NEWER_VERSION, Reason.BUILT_ELSEWHERE})
"""Why a failover was needless though it made no version: somebody else made one."""
VERSION_WITHIN = timedelta(minutes=3)
"""So long a success that others built waits for its version, which is asked for after the run."""
NOBODY = TemplateId("")
PASSING = frozenset({Reason.DEBOUNCING, Reason.WARMING_UP, Reason.NOT_LEADER})
"""Guards that let go within minutes by themselves: each failover waits for the debounce, and each
start for the warm-up."""


@dataclass(slots=True)
class Course:
    """What is remembered of a failover, for words."""

    image: ImageName
    why: str
    opened: datetime
    by: str = ""
    """Who ordered it."""
    target: TemplateId = NOBODY
    drill: Order | None = None
    """What ordered it, if it is a drill: it answers nothing, and its version is not for use."""


@dataclass(slots=True)
class Bulletin:
    """What is to be told, oldest first, and where it was."""

    kept: dict[str, Notification] = field(default_factory=dict)
    told: dict[str, set[str]] = field(default_factory=dict)
    """By notification: the channels that took it."""
    standing: dict[str, bool] = field(default_factory=dict)
    """By key: whether what was told last of it goes on."""
    dropped: int = 0
    """Notifications that had to go because there were too many."""
    _courses: dict[FailoverId, Course] = field(default_factory=dict)
    _drills: set[OrderId] = field(default_factory=set)
    """Orders of drills that may still end without having begun."""
    _regions: dict[Region, str] = field(default_factory=dict)
    """The open incident of each region that has one."""
    _versions: dict[ImageName, Edition] = field(default_factory=dict)
    """The newest version of each image that won."""
    _lacking: dict[str, datetime] = field(default_factory=dict)
    """By notification of a success that has no version yet: since when one would be its own."""
    _needed: dict[ImageName, datetime] = field(default_factory=dict)
    """Since when an image needed a human, last."""
    _red: dict[str, datetime] = field(default_factory=dict)
    """By key: since when a secondary is red."""

    def take(self, entry: Entry) -> None:
        """Take an entry, in the order of the journal; the same one again changes nothing."""
        if isinstance(entry, Notified):
            if entry.notification in self.kept:
                self.told.setdefault(entry.notification, set()).add(entry.channel)
            else:  # of a picture before a restart: no entry tells of that
                self.standing[entry.key] = not entry.resolved
            return
        for each in self._news(entry):
            self._keep(each)

    def due(self, channel: str, now: datetime) -> Iterator[Notification]:
        """Return what this channel did not take yet, oldest first."""
        self._forget(now)
        kept = tuple(each for each in self.kept.values() if not self._waits(each, now))
        return (each for each in kept if channel not in self.told.get(each.id, ()))

    def _waits(self, notification: Notification, now: datetime) -> bool:
        """Whether the version is still to come that a success should be told with."""
        return notification.id in self._lacking and now - notification.at < VERSION_WITHIN

    def survey(self, snapshot: Snapshot) -> None:
        """Take from a picture which secondaries are red, and which images are stale."""
        self._survey_reds(snapshot)
        if snapshot.view.sightings.sweeps:  # before that builds may have ended that nobody saw
            self._survey_stales(snapshot)

    def _survey_stales(self, snapshot: Snapshot) -> None:
        stale = {f"stale:{image}": (image, says) for image, says in stales(snapshot)}
        for key, (image, says) in stale.items():
            if not self.standing.get(key):
                title = f"{image}: a good build is overdue"
                self._raise(key, News.IMAGE_STALE, snapshot.at, title, says, image)
        for key in [each for each in self.standing if each.startswith("stale:")]:
            if key not in stale:
                name = key.partition(":")[2]
                title = f"{name}: no build is overdue any more"
                self._end(key, News.IMAGE_STALE, snapshot.at, title, name)

    def _survey_reds(self, snapshot: Snapshot) -> None:
        red = {f"red:{image}:{name}": (image, name, says) for image, name, says in reds(snapshot)}
        self._red = {key: self._red.get(key, snapshot.at) for key in red}
        for key, (image, name, says) in red.items():
            if snapshot.at - self._red[key] >= RED_FOR and not self.standing.get(key):
                title = f"{image}: the secondary {name} could not take a build"
                self._raise(key, News.SECONDARY_RED, snapshot.at, title, says, image)
        watched = snapshot.view.images
        for key in [key for key, stands in self.standing.items() if stands and key not in red]:
            kind, _, rest = key.partition(":")
            named, _, name = rest.partition(":")
            if kind == "red" and (named not in watched or is_known(snapshot, name)):
                title = f"{named}: the secondary {name} is no longer red"
                self._end(key, News.SECONDARY_RED, snapshot.at, title, named)

    def _keep(self, notification: Notification) -> None:
        self.standing[notification.key] = not notification.resolved
        self.kept.setdefault(notification.id, notification)
        if len(self.kept) > KEPT:
            self._forget(notification.at)
        if len(self.kept) > KEPT:
            oldest = next(iter(self.kept))
            del self.kept[oldest]
            self._lacking.pop(oldest, None)
            self.dropped += 1

    def _forget(self, now: datetime) -> None:
        for each in [key for key, one in self.kept.items() if now - one.at > TOLD_FOR]:
            del self.kept[each]
            self.told.pop(each, None)
            self._lacking.pop(each, None)

    def _raise(self, key: str, news: News, at: datetime, title: str, says: str, image: str) -> None:
        self._keep(Notification(f"{key}@{at.isoformat()}", key, news, at, title, says, image))

    def _end(self, key: str, news: News, at: datetime, title: str, image: str = "") -> None:
        """Tell that something is over, if it was told that it is."""
        if self.standing.get(key):
            mark = f"{key}@{at.isoformat()}:over"
            self._keep(Notification(mark, key, news, at, title, image=image, resolved=True))

    def _news(self, entry: Entry) -> Iterator[Notification]:
        match entry:
            case RegionAssessed():
                yield from self._assessed(entry)
            case Decided():
                yield from self._decided(entry)
            case FailoverOpened() | Intended():
                self._follow(entry)
            case Ordered() | OrderDropped():
                yield from self._ordered(entry)
            case Answered(event=Event.BEGAN) | Moved(event=Event.ADOPTED):
                yield from self._started(entry)
            case Closed():
                yield from self._closed(entry)
            case EditionSeen(edition=edition) if not edition.duplicate_of:
                self._published(edition, entry.at)
            case Acknowledged():
                self._recovered(entry.image, entry.at)
            case Violated() | Resumed():
                yield from self._promise(entry)
            case _:
                pass

    def _published(self, edition: Edition, at: datetime) -> None:
        course = self._courses.get(edition.answers) if edition.answers else None
        if course is not None and course.drill:
            return
        known = self._versions.get(edition.image)
        if not (edition.excluded or (known and known.published > edition.published)):
            self._versions[edition.image] = edition
            self._name(edition)
        if edition.answers or edition.published > self._needed.get(edition.image, NEVER):
            self._recovered(edition.image, at)

    def _name(self, edition: Edition) -> None:
        """Put a version into the successes of its image that wait for it."""
        for key, since in [*self._lacking.items()]:
            told = self.kept[key]
            if told.image == edition.image and edition.published > since:
                self.kept[key] = replace(told, version=edition.version)
                del self._lacking[key]

    def _follow(self, entry: FailoverOpened | Intended) -> None:
        if isinstance(entry, FailoverOpened):
            self._courses[entry.failover] = _course(entry)
        elif entry.failover in self._courses:
            self._courses[entry.failover].target = entry.target

    def _ordered(self, entry: Ordered | OrderDropped) -> Iterator[Notification]:
        if isinstance(entry, Ordered):
            if entry.order.kind is OrderKind.DRILL:
                self._drills.add(entry.order.id)
        elif entry.order in self._drills:
            self._drills.discard(entry.order)
            yield not_begun(entry)

    def _recovered(self, image: ImageName, at: datetime) -> None:
        self._end(f"human:{image}", News.NEEDS_HUMAN, at, f"{image}: needs nobody any more", image)

    def _promise(self, entry: Violated | Resumed) -> Iterator[Notification]:
        """Tell of a broken promise, and of each once a person let automation go on."""
        if isinstance(entry, Violated):
            key, at = f"promise:{entry.promise}", entry.at
            title = f"Promise {entry.promise} was broken; nothing more is started by itself"
            mark = f"{key}@{at.isoformat()}"
            yield Notification(mark, key, News.NEEDS_HUMAN, at, title, entry.says)
        elif entry.scope == "all" and entry.owner in ("", MONITOR):
            for key in [each for each in self.standing if each.startswith("promise:")]:
                title = f"Promise {key.partition(':')[2]} was broken; somebody let aibwatch go on"
                self._end(key, News.NEEDS_HUMAN, entry.at, title)

    def _assessed(self, entry: RegionAssessed) -> Iterator[Notification]:
        belief, at = entry.belief, entry.at
        region, before = belief.region, self._regions.get(belief.region)
        if belief.health is Health.OUTAGE and belief.incident and belief.incident != before:
            self._regions[region] = belief.incident
            key = f"incident:{belief.incident}"
            says = "; ".join(f"{each.family}: {each.says}" for each in belief.evidence)
            title = f"{region} is out"
            news = News.INCIDENT_OPENED
            yield Notification(key, key, news, at, title, says, region=region)
        elif before and not belief.incident:
            del self._regions[region]
            key, title = f"incident:{before}", f"{region} is well again"
            mark, news = f"{key}:over", News.INCIDENT_CLOSED
            yield Notification(mark, key, news, at, title, region=region, resolved=True)

    def _decided(self, entry: Decided) -> Iterator[Notification]:
        image, at = entry.image, entry.at
        mark = f"{image}@{at.isoformat()}"
        held = [each for each in entry.held_by if each.reason not in PASSING]
        if entry.decision == "advise":
            title = f"{image}: a failover is advised"
            key = f"advised:{image}"
            news, says = News.FAILOVER_ADVISED, entry.says
            yield Notification(f"advised:{mark}", key, news, at, title, says, image)
        elif held:
            names = ", ".join(each.reason for each in held)
            says = "; ".join(each.says for each in held)
            title = f"{image}: its failover is held by {names}"
            key = f"held:{image}"
            yield Notification(f"held:{mark}", key, News.FAILOVER_HELD, at, title, says, image)
        else:
            title = f"{image}: its failover is not held any more"
            self._end(f"held:{image}", News.FAILOVER_HELD, at, title, image)

    def _started(self, entry: Answered | Moved) -> Iterator[Notification]:
        course = self._courses.get(entry.failover)
        if course is None or course.drill:
            return
        target, image = course.target, course.image
        why = f"ordered by {course.by}" if course.by else course.why
        yield Notification(
            id=f"started:{entry.failover}:{target}",
            key=f"failover:{entry.failover}",
            news=News.FAILOVER_STARTED,
            at=entry.at,
            title=f"{image}: {name_of(course.target)} builds it ({why})",
            says=target,
            image=image,
            failover=entry.failover,
        )

    def _closed(self, entry: Closed) -> Iterator[Notification]:
        course = self._courses.pop(entry.failover, None)
        if course is None:
            return
        if course.drill:
            yield drilled(entry, course.drill)
            return
        image, good = course.image, entry.outcome in GOOD
        mark = f"closed:{entry.failover}"
        version = entry.version if good else ""
        if good and not version and entry.reason in BUILT:
            version = self._version_since(mark, course)
        yield Notification(
            id=mark,
            key=f"failover:{entry.failover}",
            news=News.FAILOVER_SUCCEEDED if good else News.FAILOVER_FAILED,
            at=entry.at,
            title=f"{image}: its failover ended: {entry.outcome} ({entry.reason})",
            says=entry.says,
            image=image,
            failover=entry.failover,
            version=version,
            resolved=True,
        )
        if good:
            self._recovered(image, entry.at)
        elif entry.outcome in NEEDS_HUMAN:
            self._needed[image] = entry.at
            key = f"human:{image}"
            title = f"{image} needs a human: it was not built, and nothing goes on by itself"
            says = f"`aibwatch explain {image}` says why; then `aibwatch ack {image}`"
            mark, news = f"{key}@{entry.failover}", News.NEEDS_HUMAN
            yield Notification(mark, key, news, entry.at, title, says, image)

    def _version_since(self, mark: str, course: Course) -> str:
        """Return what was built since a failover was opened; "" if that is still to be told."""
        known = self._versions.get(course.image)
        if known is not None and known.published > course.opened:
            return known.version
        self._lacking[mark] = course.opened
        return ""


def _course(entry: FailoverOpened) -> Course:
    order = entry.order
    drill = order if order and order.kind is OrderKind.DRILL else None
    return Course(entry.image, entry.reason, entry.at, by=order.actor if order else "", drill=drill)
