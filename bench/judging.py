"""What judging costs: messages a second on one core, uncached, and a huge one."""

import json
import time
from pathlib import Path

from aibwatch.cli.cases import Case, cases
from aibwatch.diagnose.classify import classify
from aibwatch.model.symptom import Symptom, Where

CORPUS = Path(__file__).parents[1] / "tests" / "corpus" / "failures.jsonl"
RATE_GOAL = 2_000
HUGE_GOAL_MS = 50.0
SECONDS = 2.0
REPEATS = 5
HUGE = 10_000_000


def rate() -> float:
    """Return how many messages of the corpus are classified in a second of CPU."""
    lines = CORPUS.read_text(encoding="utf-8").splitlines()
    symptoms = [each.symptom for each in cases(lines) if isinstance(each, Case)]
    done, began = 0, time.process_time()
    while (spent := time.process_time() - began) < SECONDS:
        for symptom in symptoms:
            classify(symptom)
        done += len(symptoms)
    return done / spent


def huge() -> float:
    """Return the milliseconds of CPU that the dearest of several messages of 10 MB costs."""
    corpus = " ".join(json.loads(line)["message"] for line in CORPUS.open(encoding="utf-8"))
    kinds = ("a", " \n", "AllocationFailed ", '{"code": "Conflict", ', corpus)
    return max(map(_huge, kinds))


def _huge(piece: str) -> float:
    symptom = Symptom(Where.RUN, (piece * (HUGE // len(piece) + 1))[:HUGE])
    costs = []
    for _ in range(REPEATS):
        began = time.process_time()
        classify(symptom)
        costs.append((time.process_time() - began) * 1e3)
    return min(costs)


def measure() -> tuple[float, float]:
    """Return messages a second, and the milliseconds of a huge one."""
    return rate(), huge()
