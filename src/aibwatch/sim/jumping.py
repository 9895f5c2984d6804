"""Time that jumps: an event loop on which hours pass in the time of their computations.

No socket, no thread: what waits, waits for a timer, and where there is nothing to do the loop is
at the next timer at once. A loop that would wait for ever raises instead.
"""

import asyncio
import heapq
import selectors
from collections import deque
from collections.abc import Callable, Coroutine, Generator, Iterable
from contextvars import Context, ContextVar
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, TypeVarTuple
from weakref import WeakSet

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
"""When a story begins, unless its teller says otherwise: a Monday morning."""

Told = TypeVar("Told")
Given = TypeVarTuple("Given")

OWNER: ContextVar[object] = ContextVar("owner", default=None)
"""Whose work a task does: a task's own tasks are its owner's too."""


class JumpingSelector(selectors.SelectSelector):
    """Waits for nothing: where there is nothing to do, time jumps to the next timer."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Let `timeout` have passed; no file is looked at, as there is none, as long as it may."""
        if timeout is None:
            ready = super().select(0)
            if not ready:
                message = "deadlock: nothing is scheduled"
                raise RuntimeError(message)
            return ready
        self.now += timeout
        return []


class SimulatedLoop(asyncio.SelectorEventLoop):
    """An event loop on jumping time; asyncio.sleep and asyncio.timeout obey it."""

    def __init__(self) -> None:
        """Start at 0."""
        self._jumping = JumpingSelector()
        self._ready: deque[asyncio.Handle]
        self._scheduled: list[asyncio.TimerHandle]
        self._work: dict[object, WeakSet[asyncio.Task[Any]]] = {}
        self._frozen: dict[object, list[asyncio.Handle]] = {}
        super().__init__(self._jumping)
        self._nothing = asyncio.Handle(lambda: None, (), self)
        self._nothing.cancel()
        self.set_task_factory(self._begin)

    def _begin(
        self,
        _loop: asyncio.AbstractEventLoop,
        work: Coroutine[Any, Any, Any] | Generator[Any, None, Any],
        context: Context | None = None,
    ) -> asyncio.Task[Any]:
        """Begin a task, and remember whose it is."""
        task = asyncio.Task(work, loop=self, context=context)
        owner = OWNER.get() if context is None else context.get(OWNER)
        if owner is not None:
            self._work.setdefault(owner, WeakSet()).add(task)
        return task

    def kill(self, owner: object) -> None:
        """Cancel everything that `owner` does. What it still says to others must go unheard."""
        self.thaw(owner)
        for task in tuple(self._work.pop(owner, ())):
            task.cancel()

    def time(self) -> float:
        """Return the loop's own seconds."""
        return self._jumping.now

    def freeze(self, owner: object) -> None:
        """Let nothing more of `owner` run, as SIGSTOP does; whoever may say so, also itself.

        What it would do next is held back, whatever others complete meanwhile; what runs now goes
        on to its next wait, which takes no time.
        """
        held = self._frozen.setdefault(owner, [])
        for place, each in enumerate(self._ready):
            if _is_of(each, owner):
                held.append(each)
                self._ready[place] = self._nothing
        timers = [each for each in self._scheduled if _is_of(each, owner)]
        for timer in timers:
            self._scheduled.remove(timer)
        heapq.heapify(self._scheduled)
        held += timers

    def thaw(self, owner: object) -> None:
        """Let it go on; timers that passed in the meantime are over at once, in their order."""
        for each in self._frozen.pop(owner, ()):
            if isinstance(each, asyncio.TimerHandle):
                heapq.heappush(self._scheduled, each)
            else:
                self._ready.append(each)

    def call_soon(
        self, callback: Callable[[*Given], object], *args: *Given, context: Context | None = None
    ) -> asyncio.Handle:
        """Run it next, or hold it back with what else its owner does."""
        handle = asyncio.Handle(callback, args, self, context)
        held = self._held_with(handle) if self._frozen else None
        (self._ready if held is None else held).append(handle)
        return handle

    def call_at(
        self,
        when: float,
        callback: Callable[[*Given], object],
        *args: *Given,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Run it then, or hold it back with what else its owner does."""
        timer = super().call_at(when, callback, *args, context=context)
        if self._frozen and (held := self._held_with(timer)) is not None:
            self._scheduled.remove(timer)
            heapq.heapify(self._scheduled)
            held.append(timer)
        return timer

    def _held_with(self, handle: asyncio.Handle) -> list[asyncio.Handle] | None:
        owner = _owner(handle)
        return None if owner is None else self._frozen.get(owner)


def _owner(handle: asyncio.Handle) -> object:
    context: Context = handle._context  # type: ignore[attr-defined]  # noqa: SLF001
    return context.get(OWNER)


def _is_of(handle: asyncio.Handle, owner: object) -> bool:
    return not handle.cancelled() and _owner(handle) is owner


def play(story: Callable[[], Coroutine[Any, Any, Told]]) -> Told:
    """Run one coroutine on jumping time and return what it returns."""
    with asyncio.Runner(loop_factory=SimulatedLoop) as runner:
        return runner.run(story())


def run(story: Coroutine[Any, Any, Told]) -> Told:
    """Run one coroutine like `play`, without care for signals, which costs a short story much."""
    loop = SimulatedLoop()
    try:
        return loop.run_until_complete(story)
    finally:
        loop.run_until_complete(_end(asyncio.all_tasks(loop)))
        loop.close()


async def _end(left: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel what goes on still, and let it end."""
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


class LoopClock:
    """The daemon's clock on the jumping loop; implements `ports.Clock`."""

    def __init__(self, start: datetime = START) -> None:
        """Let the loop's 0 be `start`."""
        self._start = start

    def now(self) -> datetime:
        """Return the time."""
        return self._start + timedelta(seconds=asyncio.get_running_loop().time())

    async def sleep(self, seconds: float) -> None:
        """Let `seconds` pass."""
        await asyncio.sleep(seconds)
