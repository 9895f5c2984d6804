"""Where the C library takes memory from."""

import ctypes

M_ARENA_MAX = -8
"""What mallopt(3) calls the number of places that memory is taken from; of glibc's malloc.h."""


def share_arena() -> None:
    """Let all threads take memory from one place, from now on. Call before there is a second one.

    glibc gives every thread a place of its own, so that none waits for another, and each keeps what
    its largest page or scrape took. Python lets one thread run at a time, so they wait anyway.
    Where the C library is another one, this does nothing.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_ARENA_MAX, 1)
