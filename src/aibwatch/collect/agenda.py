"""What to ask that is the same in most cycles, kept until what it follows from changes. Pure.

To go through ten thousand templates, or the hundreds of definitions, bases and rights that they
rest on, takes longer than all else that decides what is due; and most cycles ask nothing of these.
"""

from datetime import datetime

from aibwatch.collect import prerequisites
from aibwatch.collect.question import Asked, Question, Subject
from aibwatch.collect.shown import Shown, shown_in
from aibwatch.model.needs import NOTHING
from aibwatch.model.policy import Policy
from aibwatch.model.state import NEVER, View


class Agenda:
    """What the templates show, and when something that they rest on is to be asked next."""

    def __init__(self, asked: Asked) -> None:
        """Begin with nothing looked through; `asked` is the memory of who asks."""
        self._asked = asked
        self._view: View | None = None
        """The one that was last looked through, of as many changes as that had."""
        self._changes = 0
        self._shown = Shown()
        self._policy = Policy()
        self._needs = NOTHING
        self._rare: int | None = None
        """As of how many answers the rest is; None if of another fleet or policy."""
        self._questions: tuple[Question, ...] = ()
        self._ready_at = self._next_at = NEVER

    def shown_in(self, view: View) -> Shown:
        """Return what a view shows, looked through once for as long as no template changes."""
        last, seen = self._view, view.sightings
        same = last is not None and view.images is last.images and seen is last.sightings
        if not same or seen.changes != self._changes:
            kept = self._shown if same else None
            self._shown, self._changes, self._rare = shown_in(view, kept), seen.changes, None
        self._view = view
        return self._shown

    def prerequisites(self, view: View, now: datetime) -> list[Question]:
        """Return the questions about what secondaries rest on that are to be asked now."""
        self._renew(view)
        if now < self._ready_at:
            return []
        return [each for each in self._questions if self._asked.ready(each, now)]

    def next_at(self, view: View) -> datetime | None:
        """Return when the next of these comes, None if there are none."""
        self._renew(view)
        return self._next_at if self._questions else None

    def _forget_copied(self) -> None:
        """Forget the bodies that nobody asks for any more: each has a name of its own."""
        bodies = {each.name for each in self._questions if each.subject is Subject.BODY}
        self._asked.forget_but(Subject.BODY, bodies)

    def _renew(self, view: View) -> None:
        """Go through all questions if one may be due at another time than before."""
        shown, asked, policy = self.shown_in(view), self._asked, view.policy
        if self._rare == asked.rare and self._needs is view.needs and self._policy is policy:
            return
        self._rare, self._needs, self._policy = asked.rare, view.needs, policy
        self._questions = tuple(
            prerequisites.questions(shown.definitions, view.needs, view.sightings, asked, policy)
        )
        self._forget_copied()
        self._ready_at = min(map(asked.ready_at, self._questions), default=NEVER)
        self._next_at = min(map(asked.next_at, self._questions), default=NEVER)
