"""Health of a region: down by agreement, up by good evidence, and never by blindness."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from aibwatch.diagnose.region import assess, assess_all, wake_at
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import Region, TemplateId
from aibwatch.model.notice import Notice
from aibwatch.model.observation import SelfTested
from aibwatch.model.policy import Policy
from aibwatch.model.region import Health, RegionBelief
from aibwatch.model.state import Sightings, State
from aibwatch.model.template import Template
from aibwatch.model.verdict import Evidence, FailureKey, Family, Verdict, Veto, due_key, lost_key
from builders import (
    DAY,
    EAST,
    HOUR,
    MINUTE,
    NOON,
    NORTH,
    WEB,
    WEB_NORTH,
    WEST,
    a_belief,
    a_failure,
    a_notice,
    a_policy,
    a_run,
    a_state,
    a_template,
    a_verdict,
    an_id,
    some_sightings,
)

RUN = a_verdict(Family.RUN)
AGREED = a_verdict(Family.RUN, Family.HISTORY)


@dataclass
class Watched:
    """WEST, assessed again and again; its beliefs are taken into the state as they come."""

    verdicts: list[Verdict] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    templates: list[Template] = field(default_factory=lambda: [a_template()])
    policy: Policy = field(default_factory=a_policy)
    state: State = field(default_factory=State)
    blind: bool = False
    distrusted: bool = False
    faults: dict[TemplateId, Fault] = field(default_factory=dict)
    swept: bool = True

    def at(self, minutes: float) -> RegionBelief:
        """Assess so many minutes after NOON."""
        now = NOON + minutes * MINUTE
        belief = assess(WEST, self.verdicts, self.state, self.seen(now), self.policy, now)
        self.state.regions[WEST] = belief
        return belief

    def seen(self, now: datetime) -> Sightings:
        """Return sightings of `now`; blind ones are an hour old."""
        sightings = some_sightings(*self.templates, notices=self.notices, now=now)
        if self.blind:
            sightings.read = dict.fromkeys(sightings.read, now - HOUR)
        sightings.faults, sightings.swept = self.faults, self.swept
        if self.distrusted:
            fault = Fault(FaultKind.NETWORK, "no route")
            sightings.self_test = SelfTested(now, fault)
        return sightings


def in_outage() -> Watched:
    """Return WEST in an outage whose incident opened 4 minutes after NOON."""
    watched = Watched([AGREED])
    watched.at(1)
    assert watched.at(4).health is Health.OUTAGE
    return watched


# without evidence


def test_a_region_that_is_read_is_healthy_at_once() -> None:
    """Unknown becomes healthy by the first sweep, not by healthy_delay."""
    assert Watched().at(0).health is Health.HEALTHY


def test_a_region_that_is_not_read_is_unknown() -> None:
    """Without evidence and without a fresh read nothing is known."""
    assert Watched(blind=True).at(0).health is Health.UNKNOWN
    assert Watched(templates=[]).at(0).health is Health.UNKNOWN


@pytest.mark.parametrize(("age", "health"), [(150, Health.HEALTHY), (151, Health.UNKNOWN)])
def test_a_read_is_fresh_up_to_its_max_age(age: int, health: Health) -> None:
    """The edge itself is fresh (S15)."""
    sightings = some_sightings(a_template(), now=NOON - timedelta(seconds=age))

    assert assess(WEST, [], State(), sightings, a_policy(), NOON).health is health


# going down


def test_one_family_degrades() -> None:
    """One family is a suspicion, whose evidence is shown."""
    belief = Watched([RUN]).at(1)

    assert belief.health is Health.DEGRADED
    assert belief.families == {Family.RUN}
    assert belief.agreed_since is None


def test_two_families_are_an_outage_after_the_debounce() -> None:
    """They must agree for `debounce`; till then the region is degraded, and bad (S13)."""
    watched = Watched([AGREED])

    first, before, after = watched.at(1), watched.at(3.9), watched.at(4)

    assert (first.health, first.bad) == (Health.DEGRADED, True)
    assert before == first
    assert after.health is Health.OUTAGE
    assert after.incident_opened == NOON + 4 * MINUTE


def test_a_break_starts_the_debounce_anew() -> None:
    """Agreement that was broken does not add up."""
    watched = Watched([AGREED])
    watched.at(1)
    watched.verdicts = [RUN]
    watched.at(3)
    watched.verdicts = [AGREED]

    watched.at(3.5)

    assert watched.at(5).health is Health.DEGRADED
    assert watched.at(6.5).health is Health.OUTAGE


def test_families_of_several_failures_add_up() -> None:
    """The families of a region are those of all its failures together."""
    other = a_failure(template=an_id("b"), ended=NOON - MINUTE)

    belief = Watched([RUN, a_verdict(Family.PEERS, failure=other)]).at(1)

    assert belief.families == {Family.RUN, Family.PEERS}


def test_a_notice_adds_a_family_while_it_is_active() -> None:
    """A notice about Image Builder degrades by itself, and makes two with a failure."""
    assert Watched(notices=[a_notice()]).at(1).families == {Family.NOTICES}
    assert Watched([RUN], [a_notice()]).at(1).bad
    assert not Watched([RUN], [a_notice(active=False, mitigated=NOON)]).at(1).bad


def test_a_notice_of_a_silent_source_adds_no_family() -> None:
    """What was active an hour ago is no evidence of now (S15)."""
    sightings = some_sightings(a_template(), notices=[a_notice()], now=NOON)
    sightings.sources = {"events": NOON - HOUR}

    assert assess(WEST, [], State(), sightings, a_policy(), NOON).health is Health.HEALTHY


def test_the_newest_failure_speaks_for_its_family() -> None:
    """Of each family one evidence is shown: that of the newest failure."""
    older = a_failure(template=an_id("b"), ended=NOON - MINUTE)

    belief = Watched(
        [a_verdict(Family.RUN, failure=older, says="older"), a_verdict(Family.RUN, says="newer")]
    ).at(1)

    assert belief.evidence == (Evidence(Family.RUN, "newer"),)


@pytest.mark.parametrize(
    "verdict",
    [
        Verdict(a_failure(), AGREED.evidence, Veto.NEVER_SUCCEEDED),
        Verdict(a_failure(), ()),
        a_verdict(Family.RUN, Family.HISTORY, failure=a_failure(region=NORTH)),
        a_verdict(Family.RUN, Family.HISTORY, failure=a_failure(ended=NOON - 2 * HOUR)),
    ],
    ids=["vetoed", "no evidence", "elsewhere", "too old"],
)
def test_a_verdict_that_does_not_count_leaves_the_region_healthy(verdict: Verdict) -> None:
    """Vetoed, without evidence, of another region, or too old."""
    assert Watched([verdict]).at(1).health is Health.HEALTHY


def test_evidence_lasts_to_the_edge_of_its_age() -> None:
    """A failure counts for max_failure_age from its end, and no longer."""
    watched = Watched([RUN])

    assert watched.at(120).evidence
    assert not watched.at(121).evidence


def test_a_degraded_region_stays_so_until_nothing_spoke_for_the_window() -> None:
    """What comes and goes would else be told each time (S24)."""
    watched = Watched(notices=[a_notice()])
    watched.at(0)
    watched.notices = []

    quiet, still, over = watched.at(10), watched.at(39), watched.at(40)

    assert (quiet.health, quiet.evidence) == (Health.DEGRADED, ())
    assert quiet.quiet_since == NOON + 10 * MINUTE
    assert wake_at(quiet, watched.policy) == over.since == NOON + 40 * MINUTE
    assert still == quiet
    assert (over.health, over.quiet_since) == (Health.HEALTHY, None)


def test_what_speaks_again_begins_the_quiet_anew() -> None:
    """The region is degraded all the while, since it first was."""
    watched = Watched(notices=[a_notice()])
    first = watched.at(0)
    watched.notices = []
    watched.at(10)
    watched.notices = [a_notice()]

    assert watched.at(20) == first

    watched.notices = []

    assert watched.at(21).quiet_since == NOON + 21 * MINUTE
    assert watched.at(50).since == first.since


def test_a_quiet_region_that_cannot_be_read_is_unknown() -> None:
    """Nothing speaks and nobody sees; the quiet goes on, and is told once it is seen again."""
    watched = Watched(notices=[a_notice()])
    watched.at(0)
    watched.notices, watched.blind = [], True

    assert watched.at(10).health is Health.UNKNOWN

    watched.blind = False

    assert watched.at(30).health is Health.DEGRADED
    assert watched.at(40).health is Health.HEALTHY


def test_quiet_is_told_in_words() -> None:
    """A degraded region against which nothing speaks says why it is."""
    watched = Watched(notices=[a_notice()])
    watched.at(0)

    now = NOON + MINUTE
    (entry,) = assess_all({}, watched.state, some_sightings(a_template(), now=now), a_policy(), now)

    assert entry.reason == "nothing speaks any more, since 12:01:00Z"


def test_evidence_outranks_blindness() -> None:
    """A region that cannot be read is degraded or out if the evidence says so."""
    watched = Watched([AGREED], blind=True)

    assert watched.at(1).health is Health.DEGRADED
    assert watched.at(4).health is Health.OUTAGE


def test_while_our_own_test_fails_no_delay_runs() -> None:
    """Neither down nor up: each begins anew when the test passes (L6)."""
    watched = Watched([AGREED], distrusted=True)

    assert [watched.at(minute).health for minute in (1, 9)] == [Health.DEGRADED] * 2

    watched.distrusted = False

    assert watched.at(10).agreed_since == NOON + 10 * MINUTE
    assert watched.at(13).health is Health.OUTAGE

    watched.verdicts, watched.state.built_in[WEST] = [], NOON + 20 * MINUTE
    watched.at(21)
    watched.distrusted = True

    assert watched.at(40).good_since is None


# coming up


def test_a_good_run_heals_after_the_delay() -> None:
    """A run that ended well since is good evidence; it must hold for healthy_delay (S24)."""
    watched = in_outage()
    watched.verdicts = []
    watched.state.built_in[WEST] = NOON + 10 * MINUTE

    first, before, after = watched.at(11), watched.at(40.9), watched.at(41)

    assert first.good_since == NOON + 11 * MINUTE
    assert before.health is Health.OUTAGE
    assert after == a_belief(
        health=Health.HEALTHY, since=NOON + 41 * MINUTE, cleared=NOON + 41 * MINUTE
    )


@pytest.mark.parametrize("ended", [NOON - MINUTE, NOON + 4 * MINUTE], ids=["before", "at opening"])
def test_a_good_run_from_before_the_last_trouble_heals_nothing(ended: datetime) -> None:
    """Good is only what ended after the incident's last bad evidence."""
    watched = in_outage()
    watched.state.built_in[WEST] = ended

    assert watched.at(11).good_since is None


def test_trouble_since_the_good_run_breaks_the_recovery() -> None:
    """New bad evidence starts the delay anew."""
    watched = in_outage()
    watched.state.built_in[WEST] = NOON + 10 * MINUTE
    watched.at(11)

    later = a_failure(template=an_id("b"), ended=NOON + 20 * MINUTE)
    watched.verdicts.append(a_verdict(Family.RUN, failure=later))

    assert watched.at(21).good_since is None
    assert watched.at(41).health is Health.OUTAGE


def test_old_trouble_heals_when_no_notice_lasts() -> None:
    """Evidence older than `window` with no active notice is good evidence too (S24)."""
    watched = in_outage()

    assert watched.at(34).good_since is None
    assert watched.at(34.1).good_since is not None
    assert watched.at(65).health is Health.HEALTHY


def test_nothing_heals_while_enough_families_speak_of_now() -> None:
    """Builds go well, yet Microsoft and the provider say that it is ill: it would flap for ever."""
    watched = in_outage()
    watched.verdicts, watched.notices = [], [a_notice()]
    watched.state.built_in[WEST] = NOON + 10 * MINUTE
    dark = Fault(FaultKind.PLATFORM, "no", 503)
    watched.templates = [a_template(id=an_id(each)) for each in "abc"]
    watched.templates.append(a_template(id=WEB_NORTH, region=NORTH))
    watched.faults = {an_id("a"): dark, an_id("b"): dark}

    assert watched.at(11).good_since is None

    watched.faults = {}

    assert watched.at(12).good_since == NOON + 12 * MINUTE


def test_old_trouble_does_not_heal_while_a_notice_lasts() -> None:
    """As long as Microsoft says that it lasts, time alone heals nothing."""
    watched = in_outage()
    watched.notices = [a_notice()]

    assert watched.at(100).good_since is None


def test_a_silent_source_does_not_end_its_notice() -> None:
    """What was active when last read counts as lasting, for recovery."""
    watched = in_outage()
    now = NOON + 100 * MINUTE
    sightings = some_sightings(a_template(), notices=[a_notice()], now=now)
    sightings.sources = {"events": now - HOUR}

    belief = assess(WEST, watched.verdicts, watched.state, sightings, watched.policy, now)

    assert belief.good_since is None


def test_an_outage_stays_while_blind() -> None:
    """Nothing heals unseen, and going blind breaks a recovery under way."""
    watched = in_outage()
    recovering = watched.at(40)
    watched.blind = True

    assert recovering.good_since is not None
    assert watched.at(60).good_since is None
    assert watched.at(600).health is Health.OUTAGE


GONE = Fault(FaultKind.NOT_FOUND, "no such template", 404)


def deserted(**faults: Fault) -> Watched:
    """Return WEST in outage with templates `a` and `b`, of which these cannot be read.

    Elsewhere all is well.
    """
    watched = in_outage()
    watched.templates = [a_template(id=an_id(each)) for each in "ab"]
    watched.templates.append(a_template(id=WEB_NORTH, region=NORTH))
    watched.blind, watched.faults = True, {an_id(name): each for name, each in faults.items()}
    return watched


def test_an_outage_is_forgotten_once_every_template_there_is_gone() -> None:
    """After the delay that any end takes: nothing could ever show it well, nor is hurt by it."""
    watched = deserted(a=GONE, b=GONE)

    before, after = watched.at(10), watched.at(40)

    assert (before.health, before.good_since) == (Health.OUTAGE, NOON + 10 * MINUTE)
    assert (after.health, after.incident) == (Health.UNKNOWN, None)
    assert wake_at(before, watched.policy) == NOON + 40 * MINUTE
    assert watched.at(41) == after


def test_a_template_that_nobody_lists_any_more_is_gone_too() -> None:
    """It is neither configured nor listed: nobody asks for it."""
    watched = in_outage()
    watched.state.templates[WEB], watched.templates = a_template(), []
    watched.at(10)

    assert watched.at(40).health is Health.UNKNOWN


@pytest.mark.parametrize(
    "watched",
    [
        deserted(a=GONE),
        deserted(a=GONE, b=Fault(FaultKind.PLATFORM, "no", 503)),
        replace(deserted(a=GONE, b=GONE), swept=False),
        replace(deserted(a=GONE, b=GONE), distrusted=True),
        replace(deserted(a=GONE, b=GONE), policy=a_policy(healthy_delay=-MINUTE)),
    ],
    ids=[
        "one is left",
        "one cannot be read",
        "before the first sweep",
        "our own test fails",
        "recovery is a person's",
    ],
)
def test_an_outage_is_not_forgotten_while_any_template_may_be_there(watched: Watched) -> None:
    """One that is dark is not gone, and what was not asked for yet neither."""
    watched.at(10)

    assert watched.at(600).health is Health.OUTAGE


def test_an_incident_keeps_old_evidence_longer() -> None:
    """A region that is out makes no new failures: what opened the incident still counts."""
    watched = in_outage()
    watched.blind = True

    assert watched.at(11 * 60).families == {Family.RUN, Family.HISTORY}


def test_trouble_within_an_incident_outweighs_an_older_good_run_for_hours() -> None:
    """What failed after the good run still says so when a failure elsewhere would be too old."""
    watched = in_outage()
    watched.notices = [a_notice()]
    watched.state.built_in[WEST] = NOON + 10 * MINUTE
    later = a_failure(template=an_id("b"), ended=NOON + 20 * MINUTE)
    watched.verdicts = [a_verdict(Family.RUN, failure=later)]

    assert watched.at(200).good_since is None


def test_a_negative_delay_leaves_recovery_to_people() -> None:
    """healthy_delay below zero: only a human clears (S24)."""
    watched = in_outage()
    watched.policy = a_policy(healthy_delay=-MINUTE)

    assert watched.at(6000).health is Health.OUTAGE


def test_spent_evidence_does_not_come_back() -> None:
    """After the recovery the same failure condemns the region no more."""
    watched = in_outage()
    watched.at(40)

    assert watched.at(70).health is Health.HEALTHY
    assert watched.at(71).health is Health.HEALTHY


def test_a_notice_that_outlasts_the_recovery_leaves_it_degraded() -> None:
    """Builds work again while the notice lasts: one family speaks, the incident is over."""
    watched = in_outage()
    watched.notices = [a_notice()]
    watched.state.built_in[WEST] = NOON + 10 * MINUTE
    watched.at(11)

    belief = watched.at(41)

    assert (belief.health, belief.incident) == (Health.DEGRADED, None)
    assert watched.at(42) == belief


def test_a_second_incident_has_an_id_of_its_own() -> None:
    """Incidents are told apart by region and opening."""
    watched = in_outage()
    first = watched.state.regions[WEST].incident
    watched.at(40)
    watched.at(70)
    later = a_failure(ended=NOON + 80 * MINUTE)
    watched.verdicts = [a_verdict(Family.RUN, Family.PEERS, failure=later)]
    watched.at(81)

    second = watched.at(84).incident

    assert second is not None
    assert second != first


# what is written


def test_a_belief_is_written_only_when_it_changes() -> None:
    """Asked again with nothing new, no entry is made; `since` stays."""
    watched = Watched([RUN])
    watched.at(1)
    now = NOON + 2 * MINUTE

    again = assess_all({WEB: RUN}, watched.state, watched.seen(now), watched.policy, now)

    assert again == []
    assert watched.at(2).since == NOON + MINUTE


def test_all_known_regions_are_assessed_in_order() -> None:
    """Regions of templates, of the journal and of failures; each by its own evidence."""
    state = a_state(beliefs=[a_belief(region=EAST, health=Health.HEALTHY)])
    seen = some_sightings(a_template(id=WEB_NORTH, region=NORTH))

    entries = assess_all({WEB: RUN}, state, seen, a_policy(), NOON)

    assert [(entry.belief.region, entry.belief.health) for entry in entries] == [
        (EAST, Health.UNKNOWN),
        (NORTH, Health.HEALTHY),
        (WEST, Health.DEGRADED),
    ]


@pytest.mark.parametrize("region", [WEST, NORTH, EAST])
def test_assessing_all_says_what_assessing_one_says(region: Region) -> None:
    """The short cut for many regions gives the same beliefs."""
    seen = some_sightings(
        a_template(), a_template(id=WEB_NORTH, region=NORTH), a_template(id=an_id("e"), region=EAST)
    )
    state = a_state()
    state.built_in[NORTH] = NOON - DAY
    by_region = {
        entry.belief.region: entry.belief
        for entry in assess_all({WEB: AGREED}, state, seen, a_policy(), NOON)
    }

    assert by_region[region] == assess(region, [AGREED], state, seen, a_policy(), NOON)


def test_it_says_when_time_alone_changes_it() -> None:
    """The debounce, then the recovery; without either only something new can."""
    watched = Watched([AGREED])
    policy = a_policy()

    assert wake_at(watched.at(1), policy) == NOON + 4 * MINUTE
    assert wake_at(watched.at(4), policy) is None
    assert wake_at(watched.at(40), policy) == NOON + 70 * MINUTE
    assert wake_at(Watched().at(0), policy) is None


@pytest.mark.parametrize("key", [lost_key(a_run()), due_key(WEB, NOON)])
def test_what_rests_on_the_region_alone_is_no_sign_of_it(key: FailureKey) -> None:
    """A lost run and a missed build would otherwise keep the outage alive that they rest on."""
    failure = replace(a_failure(), key=key)
    verdict = a_verdict(Family.PEERS, Family.NOTICES, failure=failure)

    belief = Watched([verdict]).at(5)

    assert (belief.health, belief.evidence) == (Health.HEALTHY, ())
