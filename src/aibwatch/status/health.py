"""Whether this process is well: what the probes of a container platform ask.

The daemon feeds it; the server reads it. An outage of Azure is the daemon's working day, so
nothing here looks at Azure: a platform that restarts the daemon then would end the only process
that can help.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    ok: bool
    says: str = ""


@dataclass(slots=True)
class Health:
    """What the daemon knows about itself. All times are those of its steady clock."""

    limit: timedelta = timedelta(minutes=3)
    """How old the last beat may be: three intervals of the cycle."""
    beaten: datetime | None = None
    """The last beat of the cycle; None before the first, which is no illness."""
    started: bool = False
    """The first cycle was attempted, whatever Azure answered."""
    draining: bool = False
    """The process was told to stop."""
    reload_refused: bool = False
    """The last configuration that was read was refused; the one before it holds."""
    token_once: bool = False
    """A credential once got a token; it need not get one now."""
    leads: Callable[[], bool] = lambda: True
    """Whether this daemon leads at this moment."""
    writes: Callable[[], bool] = lambda: True
    """Whether the store took what was written, or told what was read, the last time."""

    def beat(self, now: datetime) -> None:
        """Tell that the cycle goes on: at the start, and whenever it ended well or is not due."""
        self.beaten = now

    def live(self, now: datetime) -> tuple[Finding, ...]:
        """Return what /livez rests on: a restart would help if it is not well."""
        if self.beaten is None:
            return (Finding("cycle", ok=True, says="no cycle has begun yet"),)
        age = max(now - self.beaten, timedelta(0))
        says = f"last beat {age.total_seconds():.0f} s ago, limit {self.limit.total_seconds():g} s"
        return (Finding("cycle", age <= self.limit, says),)

    def ready(self) -> tuple[Finding, ...]:
        """Return what /readyz rests on. A standby is ready too.

        A refused reload is told and no trouble: a restart would be given what is wrong.
        """
        holds = "the last reload was refused; the one before it holds"
        return (
            Finding("not_draining", not self.draining, "told to stop" if self.draining else ""),
            Finding("config", ok=True, says=holds if self.reload_refused else ""),
            Finding("store", self.writes(), "" if self.writes() else "cannot be written"),
            Finding("token", self.token_once, "" if self.token_once else "none was ever got"),
        )

    def leading(self, holder: str = "") -> tuple[Finding, ...]:
        """Return what /leader rests on; `holder` is who leads as far as is known.

        Who leads and cannot write may not act: nothing begins without an entry before it.
        """
        if not self.leads():
            says = f"standby; the last to lead was {holder or 'nobody that is known'}"
            return (Finding("leader", ok=False, says=says),)
        says = "" if self.writes() else "its store cannot be written, so it may begin nothing"
        return (Finding("leader", self.writes(), says),)

    def up(self) -> tuple[Finding, ...]:
        """Return what /startupz rests on."""
        says = "" if self.started else "no cycle was attempted yet"
        return (Finding("first_cycle", self.started, says),)

    @property
    def is_ready(self) -> bool:
        """The verdict of /readyz."""
        return well(self.ready())


def well(findings: Iterable[Finding]) -> bool:
    """Whether all is well."""
    return all(each.ok for each in findings)


def report(findings: Collection[Finding], *, verbose: bool) -> str:
    """Return findings in lines; what is not well is always told, the rest if `verbose`."""
    told = [each for each in findings if verbose or not each.ok]
    lines = [f"[{'+' if each.ok else '-'}] {each.name} {each.says}".rstrip() for each in told]
    return "\n".join([*lines, "ok" if well(findings) else "not ok"])
