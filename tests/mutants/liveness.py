"""Mutants of what must happen at last, L1 to L12."""

from mutants.mutant import Mutant

COURSE = "tests/unit/failover/test_course.py"
CHOOSING = "tests/unit/failover/test_choosing.py"
FAILED = "tests/unit/failover/test_failed.py"
TARGET = "tests/unit/failover/test_target.py"
GUARDS = "tests/unit/failover/test_guards.py"
HEART = "tests/unit/daemon/test_heart.py"
LAWS = "tests/laws/test_failover_laws.py"
MONITORS = "tests/unit/journal/monitors/test_monitors.py"

LIVENESS = (
    Mutant(
        "L1",
        "nothing wakes the cycle but what is to be asked",
        "daemon/heart.py",
        "return min([self.cycle.collector.next_due(view, now), *later])",
        "return self.cycle.collector.next_due(view, now)",
        (HEART,),
    ),
    Mutant(
        "L1",
        "an answer does not wake the cycle",
        "daemon/executor.py",
        "        self.wake()\n",
        "        pass\n",
        ("tests/unit/daemon/test_executor.py",),
    ),
    Mutant(
        "L1",
        "a dark primary holds its failover",
        "failover/proof.py",
        "if fault and fault.kind not in DARK:",
        "if fault:",
        (GUARDS,),
    ),
    Mutant(
        "L2",
        "a request that provably began nothing ends its failover",
        "model/failover.py",
        "(Phase.STARTING, Event.NOT_BEGUN): Phase.CHOOSING",
        "(Phase.STARTING, Event.NOT_BEGUN): Phase.CLOSED",
        ("tests/unit/failover/test_table.py", "tests/unit/journal/test_fold.py"),
    ),
    Mutant(
        "L3",
        "a failover that chooses has no deadline",
        "failover/choosing.py",
        "if now > deadline:",
        "if False:",
        (CHOOSING,),
    ),
    Mutant(
        "L3",
        "a run may take a year",
        "failover/deadlines.py",
        "return began + (template.build_timeout if template else BUILD_TIMEOUT) + STUCK_GRACE",
        "return began + timedelta(days=365)",
        (COURSE,),
    ),
    Mutant(
        "L3",
        "the monitor is deaf for what stands still",
        "journal/monitors/ends.py",
        "if course is not None and entry.at > since + _limit(course, state, trail):",
        "if False:",
        (MONITORS,),
    ),
    Mutant(
        "L4",
        "only the first guard is named",
        "failover/guards.py",
        "return tuple(hold for hold in answers if hold is not None)",
        "return tuple(hold for hold in answers if hold is not None)[:1]",
        (FAILED, CHOOSING),
    ),
    Mutant(
        "L4",
        "a hold is not looked at when it lets go",
        "failover/failed.py",
        "return min([hold.until for hold in held_by if hold.until is not None] + [deadline])",
        "return deadline",
        (CHOOSING, FAILED),
    ),
    Mutant(
        "L5",
        "only the first secondary is looked at",
        "failover/target.py",
        "(each.template for each in candidates(image, failover, view, now) if not each.objection),",
        "(c.template for c in candidates(image, failover, view, now)[:1] if not c.objection),",
        (TARGET,),
    ),
    Mutant(
        "L5",
        "who refused is never asked again",
        "failover/target.py",
        "return tuple(each for each in known if now < each.at + view.policy.settle)",
        "return known",
        (TARGET, CHOOSING),
    ),
    Mutant(
        "L6",
        "what is seen while our own test fails counts towards the debounce",
        "diagnose/region.py",
        "return enough and not (found.contradicted or found.distrusted)",
        "return enough and not found.contradicted",
        ("tests/unit/diagnose/test_region.py",),
    ),
    Mutant(
        "L6",
        "a self-test that failed is not repeated soon",
        "collect/due.py",
        "return last is not None and (last.fault is not None or abs(last.skew) > view.policy.skew)",
        "return False",
        ("tests/unit/collect/test_due.py", "tests/unit/collect/test_due_doubt.py"),
    ),
    Mutant(
        "L7",
        "a primary that is stuck is waited for, for ever",
        "failover/failed.py",
        "stuck_at = run_deadline(image.primary, run.started, view)",
        "stuck_at = now.max.replace(tzinfo=now.tzinfo)",
        ("tests/unit/failover/test_failed.py",),
    ),
    Mutant(
        "L10",
        "a cycle that stands still is well",
        "status/health.py",
        'return (Finding("cycle", age <= self.limit, says),)',
        'return (Finding("cycle", ok=True, says=says),)',
        ("tests/unit/status/test_health.py", "tests/unit/status/test_server.py"),
    ),
    Mutant(
        "L10",
        "a cycle that raises is a beat",
        "daemon/heart.py",
        "                self.health.started = True\n",
        "                self.health.started = True\n"
        "                self.health.beat(self.cycle.clock.now())\n",
        (HEART,),
    ),
    Mutant(
        "L11",
        "a run that was replaced is not missed",
        "diagnose/missed.py",
        "if known is None or run is None or known.state in ENDED or run.started <= known.started:",
        "if True:",
        ("tests/unit/diagnose/test_missed.py",),
    ),
    Mutant(
        "L12",
        "what is open for an image that left the configuration is so for ever",
        "failover/decide.py",
        "gone = [name for name in view.state.open if name not in view.images]",
        "gone = []",
        ("tests/unit/daemon/test_cycle.py",),
    ),
    Mutant(
        "L12",
        "nobody is told that an image was not built",
        "status/needing.py",
        "and newest[name].needs_human",
        "and False",
        ("tests/unit/status/test_needing.py",),
    ),
    Mutant(
        "L12",
        "replication is waited for, for ever",
        "failover/deadlines.py",
        "return failover.since + PUBLISH_DEADLINE",
        "return failover.since + 99 * PUBLISH_DEADLINE",
        (COURSE,),
    ),
)
