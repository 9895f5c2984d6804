"""Runs the contenders in turn and prints the ratios beside what is to be reached."""

import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import IO, Any

from bench import daemon, judging, readiness, scrape, startup, years

REPEATS = 16
SIZES = (1_000, 10_000)
RSS_GOAL_MB = 90.0


@dataclass(frozen=True, slots=True)
class Peer:
    """What the cycle is measured against."""

    name: str
    says: str
    goal: float
    """How many times our cost theirs must be, at least; 1 / 1.3: we may cost 1.3 of it."""

    def shown(self, ratio: float) -> str:
        """Return a ratio of theirs to ours in words."""
        return f"{ratio:.0f}x less" if self.goal > 1 else f"{1 / ratio:.2f}x of it"

    @property
    def wanted(self) -> str:
        """The goal in words."""
        return f">= {self.goal:.0f}x less" if self.goal > 1 else f"<= {1 / self.goal:.1f}x of it"


PEERS = (
    Peer("sdk_list", "(a) the SDK's list()", 25.0),
    Peer("sdk_get", "(b) a loop of the SDK's get()", 75.0),
    Peer("floor", "(c) http.client + orjson.loads", 1 / 1.3),
)


@dataclass(frozen=True, slots=True)
class Process:
    """A process that answers a line with a line."""

    stdin: IO[str]
    stdout: IO[str]

    def ask(self) -> dict[str, Any]:
        """Let it do one round and return what that cost."""
        self.stdin.write("go\n")
        self.stdin.flush()
        return self.hear()

    def hear(self) -> dict[str, Any]:
        """Return its next line."""
        line = self.stdout.readline()
        if not line:
            raise SystemExit("a contender died; its words are above")
        found: dict[str, Any] = json.loads(line)
        return found


@contextmanager
def started(module: str, *arguments: str) -> Iterator[Process]:
    """Run a module of the bench until the block ends."""
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Process(process.stdin, process.stdout)
        finally:
            process.stdin.close()
            process.wait(30)


def measure(arm: Process, arguments: tuple[str, ...], count: int) -> dict[str, list[float]]:
    """Return microseconds of CPU per template, by contender, one figure a repeat."""
    costs: dict[str, list[float]] = {name: [] for name in ("aibwatch", *(p.name for p in PEERS))}
    costs["resident"] = []
    with ExitStack() as stack:
        contenders = {"aibwatch": stack.enter_context(started("bench.cycle", *arguments))}
        for peer in PEERS:
            process = started("bench.contenders", peer.name, *arguments)
            contenders[peer.name] = stack.enter_context(process)
        for repeat in range(REPEATS + 1):
            arm.ask()
            for name in in_turn(list(contenders), repeat):
                cost = contenders[name].ask()
                if name != "sdk_get" and cost["templates"] != count:
                    raise SystemExit(f"{name} saw {cost['templates']} of {count} templates")
                if repeat:  # the first round is each one's warm-up
                    costs[name].append(cost["cpu"] / cost["templates"] * 1e6)
                if name == "aibwatch":
                    costs["resident"].append(cost["mb"])
    return costs


def in_turn(names: list[str], round_: int) -> list[str]:
    """Return all names, another one first in each round: the first finds pages not yet made."""
    first = round_ % len(names)
    return names[first:] + names[:first]


def report(count: int, costs: dict[str, list[float]]) -> bool:
    """Print one size and return whether every goal was reached."""
    ours = costs["aibwatch"]
    print(f"\n{count:,} templates, 1 % changed between rounds; µs of CPU per template")
    print(f"{'':<32}{'median':>9}{'minimum':>9}   {'aibwatch costs':<15}{'to reach':<15}")
    print(f"{'aibwatch, one whole cycle':<32}{statistics.median(ours):>9.1f}{min(ours):>9.1f}")
    reached = True
    for peer in PEERS:
        theirs = costs[peer.name]
        ratio = statistics.median(theirs) / statistics.median(ours)
        good = ratio >= peer.goal
        print(
            f"{peer.says:<32}{statistics.median(theirs):>9.1f}{min(theirs):>9.1f}"
            f"   {peer.shown(ratio):<15}{peer.wanted:<15}{verdict(good)}",
            flush=True,
        )
        reached &= good
    return reached


def report_memory(resident: float, serving: tuple[float, float]) -> bool:
    """Print what the cycle needs, and `serve` besides, and return whether that is little enough."""
    good = resident <= RSS_GOAL_MB
    print(
        f"resident memory of the cycle's process: {resident:.0f} MB;"
        f" to reach: <= {RSS_GOAL_MB:.0f} MB  {verdict(good)}"
    )
    quiet, scraped = serving
    print(f"`aibwatch serve` with its configuration: {quiet:.0f} MB, once scraped {scraped:.0f} MB")
    return good


def report_judging(rate: float, huge: float) -> bool:
    """Print what judging costs and return whether both goals were reached."""
    fast, bounded = rate >= judging.RATE_GOAL, huge <= judging.HUGE_GOAL_MS
    print(
        f"\nclassify: {rate:,.0f} messages a second on one core;"
        f" to reach: >= {judging.RATE_GOAL:,}  {verdict(fast)}"
    )
    print(
        f"classify, 10 MB: {huge:.1f} ms; to reach: <= {judging.HUGE_GOAL_MS:.0f} ms"
        f"  {verdict(bounded)}",
        flush=True,
    )
    return fast and bounded


def report_years(core: float, whole: float) -> bool:
    """Print how much simulated time a minute of one processor is worth; whether that is enough."""
    reached = True
    for says, rate, goal in (
        ("the decision core", core, years.CORE_GOAL),
        ("the whole daemon", whole, years.WHOLE_GOAL),
    ):
        good = rate >= goal
        print(
            f"{says}, 30 templates: {rate:,.2f} simulated years a CPU-minute;"
            f" to reach: >= {goal:g}  {verdict(good)}",
            flush=True,
        )
        reached &= good
    return reached


def report_readiness(requests: int) -> bool:
    """Print what readiness costs in requests and return whether that is little enough."""
    good = requests <= readiness.GOAL
    print(
        f"readiness of {readiness.IMAGES} images: {requests} requests a round;"
        f" to reach: <= {readiness.GOAL}  {verdict(good)}",
        flush=True,
    )
    return good


def report_startup(found: startup.Startup) -> bool:
    """Print what a start costs and return whether all goals were reached."""
    reached = found.helped <= startup.HELP_GOAL
    print(
        f"\naibwatch --help: {found.helped:.2f} s of CPU; to reach: <= {startup.HELP_GOAL} s"
        f"  {verdict(reached)}"
    )
    theirs = found.theirs.shown
    for says, ours in (
        ("the first /metrics", found.ours.first),
        ("one that shows the templates", found.ours.shown),
    ):
        light = ours <= startup.SCRAPE_GOAL * theirs
        print(
            f"start to {says}: {ours:.2f} s of CPU, the SDK's program {theirs:.2f} s:"
            f" {ours / theirs:.2f}x of it; to reach: <= {startup.SCRAPE_GOAL}x of it"
            f"  {verdict(light)}",
            flush=True,
        )
        reached &= light
    return reached


def report_scrape(found: dict[str, Any]) -> bool:
    """Print what a scrape costs and return whether both goals were reached."""
    ours, theirs = statistics.median(found["ours"]), statistics.median(found["theirs"])
    stall, seen = (1000 * statistics.median(each) for each in zip(*found["stalls"], strict=True))
    worst = 1000 * max(found["stalls"])[0]
    light, smooth = theirs / ours >= scrape.RATIO_GOAL, stall <= scrape.STALL_GOAL_MS
    print(
        f"a scrape of {found['samples']:,} samples: {ours:.2f} s of CPU, generate_latest"
        f" {theirs:.2f} s: {theirs / ours:.1f}x less; to reach: >= {scrape.RATIO_GOAL:g}x less"
        f"  {verdict(light)}\n"
        f"the loop stands still in one for at most {stall:.1f} ms (worst of"
        f" {len(found['stalls'])}: {worst:.1f} ms; with what others took of the processors"
        f" {seen:.1f} ms); to reach: <= {scrape.STALL_GOAL_MS:g} ms  {verdict(smooth)}",
        flush=True,
    )
    return light and smooth


def verdict(good: bool) -> str:  # noqa: FBT001  it has no other argument
    """Say whether a goal was reached."""
    return "ok" if good else "MISSED"


def main() -> int:
    """Measure every size; exit 1 if a goal was missed."""
    load = os.getloadavg()[0]
    print(
        f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores,"
        f" load {load:.1f}; {REPEATS} interleaved repeats after a warm-up"
    )
    reached = report_judging(*judging.measure())
    reached &= report_years(years.core(), years.whole())
    requests, _ = readiness.measure()
    reached &= report_readiness(requests)

    with started("bench.arm", str(startup.FLEET)) as arm:
        where = arm.hear()
        reached &= report_startup(startup.measure(where["endpoint"], where["ca_file"]))
    for count in SIZES:
        with started("bench.arm", str(count)) as arm:
            where = arm.hear()
            arguments = (where["endpoint"], where["ca_file"])
            costs = measure(arm, (*arguments, str(count)), count)
            reached &= report(count, costs)
            serving = daemon.measure(*arguments, count)
            reached &= report_memory(max(costs["resident"]), serving)
            if count == max(SIZES):
                with started("bench.scrape", *arguments, str(count)) as scraped:
                    reached &= report_scrape(scraped.hear())
    return 0 if reached else 1


if __name__ == "__main__":
    raise SystemExit(main())
