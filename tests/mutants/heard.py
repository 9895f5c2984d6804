"""Guards of the core that are missing: the monitors alone must hear it, from the journal.

Not all can be shown so: where two guards hold, a single bug breaks nothing.
"""

from mutants.mutant import Mutant

STORY = "tests/laws/test_monitor_laws.py::test_what_tempts_to_break_a_promise_is_withstood"

HEARD = (
    Mutant(
        "S2",
        "is broken and heard: proven at once",
        "failover/course.py",
        "settled = max(answered, view.sightings.booted) + view.policy.settle",
        "settled = answered",
        (STORY,),
    ),
    Mutant(
        "S6",
        "is broken and heard: busy counts as idle",
        "secondaries/readiness.py",
        "if template.busy:",
        "if False:",
        (STORY,),
    ),
    Mutant(
        "S16",
        "is broken and heard: no warm-up",
        "failover/ourselves.py",
        "if missing <= 0:",
        "if True:",
        (STORY,),
    ),
    Mutant(
        "S35",
        "is broken and heard: a pause of everything",
        "failover/ourselves.py",
        'scopes = ("all", f"region:{failure.region}", f"image:{image.name}")',
        'scopes = (f"region:{failure.region}", f"image:{image.name}")',
        (STORY,),
    ),
    Mutant(
        "S36",
        "is broken and heard: advised images",
        "failover/ourselves.py",
        "if image.mode is Mode.AUTO:",
        "if image.mode is not Mode.OBSERVE:",
        (STORY,),
    ),
)
