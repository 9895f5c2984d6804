"""Mutants of measure and of the candidate, S21 to S28."""

from mutants.mutant import Mutant

GUARDS = "tests/unit/failover/test_guards.py"
TARGET = "tests/unit/failover/test_target.py"
WORDS = "tests/unit/diagnose/test_words.py"
REGION = "tests/unit/diagnose/test_region.py"
READINESS = "tests/unit/secondaries/test_readiness.py"
MONITORS = "tests/unit/journal/monitors/test_monitors.py"

MEASURE = (
    Mutant(
        "S21",
        "no cooldown",
        "failover/bounds.py",
        "if past is None or until <= now:",
        "if True:",
        (GUARDS,),
    ),
    Mutant(
        "S21",
        "who was well in another incident stays there",
        "failover/bounds.py",
        "return good and opened is not None and past.opened >= opened",
        "return good",
        (GUARDS,),
    ),
    Mutant(
        "S21",
        "the monitor is deaf for what failed just now",
        "journal/monitors/measure.py",
        "if past.image != course.image or past.outcome not in BAD or not past.ran:",
        "if True:",
        (MONITORS,),
    ),
    Mutant(
        "S22",
        "one more than a day allows",
        "failover/bounds.py",
        "if over >= 0:",
        "if over > 0:",
        (GUARDS,),
    ),
    Mutant(
        "S22",
        "the monitor is deaf for the cap of a region",
        "journal/monitors/measure.py",
        "if region is not None and there >= policy.per_region:",
        "if False:",
        (MONITORS,),
    ),
    Mutant(
        "S23",
        "another template in a region that was tried",
        "failover/target.py",
        "if region and region in {view.region_of(each) for each in tried}:",
        "if False:",
        (TARGET,),
    ),
    Mutant(
        "S23",
        "the same secondary again",
        "failover/target.py",
        "if target in tried:",
        "if False:",
        (TARGET,),
    ),
    Mutant(
        "S24",
        "an outage without debounce",
        "diagnose/region.py",
        "if agreed_since and now - agreed_since >= policy.debounce and not found.awaited:",
        "if agreed_since and not found.awaited:",
        (REGION,),
    ),
    Mutant(
        "S24",
        "healthy at the first good sign",
        "diagnose/region.py",
        "if policy.healthy_delay < timedelta(0) or now - good_since < policy.healthy_delay:",
        "if policy.healthy_delay < timedelta(0):",
        (REGION,),
    ),
    Mutant(
        "S24",
        "an incident outlives the word that ends it",
        "diagnose/region.py",
        "return not word.out and (last.cleared is None or word.at > last.cleared)",
        "return False",
        (WORDS,),
    ),
    Mutant(
        "S25",
        "routine reads use up what acts need",
        "azure/throttle.py",
        "until = max(until, self._refilled_at, self._paths.get(call.path, 0.0))",
        "until = max(until, self._paths.get(call.path, 0.0))",
        ("tests/unit/azure/test_throttle.py",),
    ),
    Mutant(
        "S25",
        "a Retry-After is forgotten",
        "azure/throttle.py",
        "self._lanes[_lane(call)] = now + min(wait or SILENT_429, LONGEST).total_seconds()",
        "pass",
        ("tests/unit/azure/test_throttle.py",),
    ),
    Mutant(
        "S25",
        "building templates are read one by one, however many",
        "collect/due.py",
        "by_list = len(building) > _pages(view, subscription) if building else False",
        "by_list = False",
        ("tests/unit/collect/test_due.py", "tests/unit/collect/test_sweep_bounds.py"),
    ),
    Mutant(
        "S26",
        "what could not be checked is well",
        "model/readiness.py",
        "if each.colour in (Colour.RED, Colour.UNKNOWN))",
        "if each.colour is Colour.RED)",
        (READINESS, TARGET),
    ),
    Mutant(
        "S26",
        "a secondary in a region that is out",
        "failover/target.py",
        "if belief is None or belief.health not in ADMISSIBLE or belief.incident:",
        "if belief is None:",
        (TARGET,),
    ),
    Mutant(
        "S27",
        "a secondary beside the primary",
        "secondaries/readiness.py",
        "if primary.region == template.region:",
        "if False:",
        (READINESS,),
    ),
    Mutant(
        "S28",
        "a gallery may be at home anywhere",
        "secondaries/residency.py",
        "return {*regions, home.home}, []",
        "return regions, []",
        (READINESS,),
    ),
    Mutant(
        "S28",
        "what is unread is allowed",
        "secondaries/residency.py",
        "return regions, [home]",
        "return regions, []",
        (READINESS,),
    ),
)
