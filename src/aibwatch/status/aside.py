"""A thread beside the event loop, for what would take too long in it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Aside:
    """Does one thing after the other.

    One thread only: several who ask for large answers take turns instead of slowing all of them
    down, and what such answers are made of is never there twice.
    """

    def __init__(self, name: str) -> None:
        """Begin the thread when it is first needed; the name is for who looks at the process."""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)

    async def do(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what `work` returns, or raise what it raises."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, partial(work, *args, **kwargs))

    def close(self) -> None:
        """Begin nothing more, and end when what goes on has ended."""
        self._thread.shutdown(wait=False, cancel_futures=True)
