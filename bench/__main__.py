"""Runs the contenders in turn and prints the ratios beside what is to be reached."""

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import IO, Any

REPEATS = 7
SIZES = (1_000,)
GOALS = {"sdk_list": 25.0, "sdk_get": 75.0, "floor": 1.3}
RSS_GOAL_MB = 90.0


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


def measure(count: int) -> dict[str, list[float]]:
    """Return microseconds of CPU per template, by contender, one figure a repeat."""
    names = ("aibwatch", *GOALS)
    costs: dict[str, list[float]] = {name: [] for name in (*names, "rss_mb")}
    with ExitStack() as stack:
        arm = stack.enter_context(started("bench.arm", str(count)))
        where = arm.hear()
        arguments = (where["endpoint"], where["ca_file"], str(count))
        contenders = {
            name: stack.enter_context(started("bench.contenders", name, *arguments))
            for name in names
        }
        for repeat in range(REPEATS + 1):
            arm.ask()
            for name, contender in contenders.items():
                cost = contender.ask()
                if repeat:  # the first round is each one's warm-up
                    costs[name].append(cost["cpu"] / cost["templates"] * 1e6)
                    costs["rss_mb"] += [cost["rss_mb"]] if name == "aibwatch" else []
    return costs


def report(count: int, costs: dict[str, list[float]]) -> bool:
    """Print one size and return whether every goal was reached."""
    ours = costs["aibwatch"]
    print(f"\n{count:,} templates, 1 % changed, {REPEATS} interleaved repeats; µs CPU per template")
    print(f"{'':<28}{'median':>10}{'minimum':>10}{'ratio':>10}{'to reach':>12}")
    print(f"{'aibwatch, whole cycle':<28}{statistics.median(ours):>10.1f}{min(ours):>10.1f}")
    reached = True
    labels = {
        "sdk_list": "(a) SDK list()",
        "sdk_get": "(b) SDK get() loop",
        "floor": "(c) http.client + orjson",
    }
    for name, label in labels.items():
        ratio = statistics.median(costs[name]) / statistics.median(ours)
        goal = GOALS[name]
        good = 1 / ratio <= goal if name == "floor" else ratio >= goal
        shown = f"{1 / ratio:.2f}x of it" if name == "floor" else f"{ratio:.0f}x less"
        wanted = f"<= {goal}x" if name == "floor" else f">= {goal:.0f}x"
        theirs = costs[name]
        middle, least = statistics.median(theirs), min(theirs)
        print(f"{label:<28}{middle:>10.1f}{least:>10.1f}{shown:>12}{wanted:>10}{verdict(good):>7}")
        reached &= good
    return reached


def verdict(good: bool) -> str:
    """Say whether a goal was reached."""
    return "ok" if good else "MISSED"


def main() -> int:
    """Measure every size; exit 1 if a goal was missed."""
    reached = True
    for count in SIZES:
        costs = measure(count)
        reached &= report(count, costs)
        if count == max(SIZES):
            rss = max(costs["rss_mb"])
            good = rss <= RSS_GOAL_MB
            print(
                f"\nresident memory, {count:,} templates: {rss:.0f} MB (<= {RSS_GOAL_MB:.0f} MB) {verdict(good)}"
            )
            reached &= good
    return 0 if reached else 1


if __name__ == "__main__":
    raise SystemExit(main())
