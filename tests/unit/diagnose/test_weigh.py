"""Families of evidence: who speaks, who only supports, what is vetoed and what is spent."""

from datetime import timedelta

import pytest

from aibwatch.diagnose.classify import NO_LOG
from aibwatch.diagnose.peers import ENOUGH
from aibwatch.diagnose.weigh import weigh, weigh_all
from aibwatch.model.names import Region
from aibwatch.model.notice import Notice
from aibwatch.model.state import Sightings, State
from aibwatch.model.verdict import (
    Cause,
    Classification,
    Disposition,
    Failure,
    Family,
    Verdict,
    Veto,
)
from builders import (
    CAPACITY,
    DAY,
    EAST,
    GENERIC,
    HOUR,
    MINUTE,
    NOON,
    NORTH,
    UNKNOWN,
    USER_BUILD,
    WEB,
    WEST,
    a_belief,
    a_failure,
    a_notice,
    a_policy,
    a_state,
    a_success,
    an_id,
    an_image,
    some_sightings,
)

NAMELESS = Classification(Cause.OUTAGE, Disposition.PLATFORM, "")
TIMEOUT = Classification(Cause.TIMEOUT, Disposition.SUSPECT, "deadline")


def another(name: str, ended: timedelta = timedelta(0), **fields: str) -> Failure:
    """Return a failure of another template, with a recipe and an identity of its own."""
    return a_failure(
        template=an_id(name),
        ended=NOON + ended,
        recipe=fields.get("recipe", f"recipe-{name}"),
        identities=fields.get("identities", f"identity-{name}"),
    )


def judged(
    *others: Failure,
    failure: Failure | None = None,
    sightings: Sightings | None = None,
    state: State | None = None,
    strict: bool = False,
) -> Verdict:
    """Weigh `failure` beside the failures of others; its template has built before."""
    judged_one = failure or a_failure()
    believed = state or a_state(failures=[judged_one, *others], successes=[a_success()])
    seen = sightings or some_sightings()
    return weigh(judged_one, believed, seen, a_policy(), NOON, strict=strict)


def seen_with(*notices: Notice, age: timedelta = timedelta(0)) -> Sightings:
    """Return sightings whose only source told these notices `age` ago."""
    return some_sightings(notices=notices, now=NOON - age)


def built(region: Region, age: timedelta, recipe: str = "recipe-web") -> State:
    """Return a state in which the recipe built in the region `age` before NOON."""
    state = a_state(failures=[a_failure()], successes=[a_success()])
    state.built = {recipe: {region: NOON - age}}
    return state


# the text


@pytest.mark.parametrize("says", [GENERIC, CAPACITY], ids=["outage", "capacity"])
def test_a_text_that_may_be_the_platforms_speaks_alone_and_convinces_nobody(
    says: Classification,
) -> None:
    """One family is never enough, whatever its text (S12)."""
    verdict = judged(failure=a_failure(classification=says))

    assert verdict.families == {Family.RUN}
    assert not verdict.convinces(2)


@pytest.mark.parametrize(
    "says",
    [USER_BUILD, UNKNOWN, TIMEOUT, NAMELESS],
    ids=["user", "unknown", "timeout", "no known text"],
)
def test_other_texts_are_no_evidence_whatever_stands_beside_them(says: Classification) -> None:
    """An owner's error, an unknown text or a deadline never counts (S9, S10)."""
    state = built(WEST, DAY)
    state.failures[an_id("b")] = another("b")

    verdict = judged(
        failure=a_failure(classification=says), state=state, sightings=seen_with(a_notice())
    )

    assert verdict.evidence == ()
    assert not verdict.convinces(1)


# peers


def test_another_template_that_fails_alike_is_a_second_family() -> None:
    """Two templates of the region that fail alike make two families (S12)."""
    verdict = judged(another("b"))

    assert verdict.families == {Family.RUN, Family.PEERS}
    assert verdict.convinces(2)


@pytest.mark.parametrize(
    "other",
    [
        another("b", 31 * MINUTE),
        another("b", -31 * MINUTE),
        another("b", recipe="recipe-web", identities="identity-web"),
        another("b", recipe="", identities="identity-web"),
        a_failure(template=an_id("b"), recipe="b", identities="b", region=NORTH),
        a_failure(template=an_id("b"), recipe="b", identities="b", classification=CAPACITY),
        a_failure(template=an_id("b"), recipe="b", identities="b", classification=USER_BUILD),
    ],
    ids=["later", "earlier", "a copy", "perhaps a copy", "elsewhere", "another way", "user"],
)
def test_a_failure_that_is_not_alike_is_no_peer(other: Failure) -> None:
    """A peer fails in the same region, at the same time, the same way, for reasons of its own."""
    assert judged(other).families == {Family.RUN}


def test_a_missing_log_and_the_generic_text_are_alike() -> None:
    """They are one family, and one outage shows as either (PROMISES 0)."""
    no_log = Classification(Cause.OUTAGE, Disposition.SUSPECT, NO_LOG)
    other = a_failure(template=an_id("b"), recipe="b", identities="b", classification=no_log)

    assert judged(other).families == {Family.RUN, Family.PEERS}


def test_a_peer_that_ended_long_before_does_not_hide_its_copy() -> None:
    """Of templates that count as one, any that ended within the window speaks for them."""
    early = another("b", -40 * MINUTE)
    copy = another("c", recipe="recipe-b", identities="identity-b")

    assert Family.PEERS in judged(early, copy).families


def test_the_edge_of_the_window_still_counts() -> None:
    """A peer that ended exactly `window` away is one."""
    assert Family.PEERS in judged(another("b", 30 * MINUTE)).families


def test_a_failure_is_no_peer_of_itself() -> None:
    """The judged failure never counts as its own peer, however often it is told."""
    assert judged(a_failure()).families == {Family.RUN}


def test_peers_are_named_up_to_a_bound() -> None:
    """When hundreds fail at once, a handful of names says it."""
    verdict = judged(*(another(f"b{number}") for number in range(3 * ENOUGH)))

    says = next(each.says for each in verdict.evidence if each.family is Family.PEERS)

    assert says.count(",") == ENOUGH - 1


# notices


@pytest.mark.parametrize(
    "notice",
    [
        a_notice(),
        a_notice(kind="EmergingIssue"),
        a_notice(regions=frozenset(), everywhere=True),
        a_notice(active=False, mitigated=NOON + MINUTE),
        a_notice(active=False, mitigated=NOON),
    ],
    ids=["active", "emerging", "everywhere", "covers it", "just covers it"],
)
def test_a_notice_about_image_builder_here_speaks(notice: Notice) -> None:
    """While active, or where its impact covers the failure, however late it came (S15)."""
    assert Family.NOTICES in judged(sightings=seen_with(notice)).families


@pytest.mark.parametrize(
    "notice",
    [
        a_notice(regions=frozenset({NORTH})),
        a_notice(services=frozenset({"Virtual Machines"})),
        a_notice(services=frozenset({"App Service"})),
        a_notice(kind="PlannedMaintenance"),
        a_notice(active=False, mitigated=NOON - MINUTE),
        a_notice(active=False, began=NOON + MINUTE, mitigated=NOON + HOUR),
        a_notice(active=False),
        a_notice(active=False, began=None, mitigated=NOON + HOUR),
    ],
    ids=[
        "elsewhere",
        "dependency",
        "other service",
        "maintenance",
        "over before",
        "began after",
        "over, nobody knows when",
        "nobody knows since when",
    ],
)
def test_a_notice_about_something_else_does_not_speak(notice: Notice) -> None:
    """Another region, another service, another time: no evidence about this failure."""
    assert Family.NOTICES not in judged(sightings=seen_with(notice)).families


def test_a_notice_about_a_dependency_is_mentioned() -> None:
    """What Image Builder stands on supports the case in words, not as a family."""
    notice = a_notice(title="Storage is down", services=frozenset({"Storage"}))

    (run,) = judged(sightings=seen_with(notice)).evidence

    assert "Storage is down" in run.says


def test_a_source_that_went_silent_tells_only_of_the_past() -> None:
    """Active when last read an hour ago says nothing of now, but of then it does (S15)."""
    silent = seen_with(a_notice(began=NOON - 3 * HOUR), age=HOUR)
    old = a_failure(ended=NOON - 2 * HOUR)

    assert Family.NOTICES not in judged(sightings=silent).families
    assert Family.NOTICES in judged(failure=old, sightings=silent).families


# history


@pytest.mark.parametrize(
    ("region", "age", "speaks"),
    [
        (WEST, 30 * DAY, True),
        (WEST, 30 * DAY + MINUTE, False),
        (NORTH, 7 * DAY, True),
        (NORTH, 7 * DAY + MINUTE, False),
        (WEST, -MINUTE, False),
        (NORTH, -MINUTE, True),
    ],
    ids=["here", "long ago", "elsewhere", "long ago elsewhere", "here since", "elsewhere since"],
)
def test_an_unchanged_recipe_that_built_is_a_family(
    region: Region, age: timedelta, *, speaks: bool
) -> None:
    """Here within 30 days before, elsewhere within 7 days or since (PROMISES 0, E1, E2)."""
    verdict = judged(state=built(region, age))

    assert (Family.HISTORY in verdict.families) is speaks


def test_another_recipe_that_built_says_nothing() -> None:
    """History is that of the recipe, not of the template."""
    assert judged(state=built(WEST, DAY, "recipe-old")).families == {Family.RUN}


def test_a_recipe_that_is_not_known_has_no_history() -> None:
    """Two recipes that could not be read are not the same recipe."""
    state = built(WEST, DAY, "")

    assert Family.HISTORY not in judged(failure=a_failure(recipe=""), state=state).families


def test_strict_leaves_out_that_it_built_here() -> None:
    """A strict image counts only what built elsewhere."""
    assert judged(state=built(WEST, DAY), strict=True).families == {Family.RUN}
    assert Family.HISTORY in judged(state=built(NORTH, DAY), strict=True).families


# vetoes


def test_a_template_that_never_built_vetoes_itself() -> None:
    """First runs fail for their owners' reasons (azvmimagebuilder#45, #86, #119)."""
    failure = a_failure()
    state = a_state(failures=[failure, another("b")])

    verdict = judged(failure=failure, state=state)

    assert verdict.veto is Veto.NEVER_SUCCEEDED
    assert not verdict.convinces(2)


@pytest.mark.parametrize(
    "failure",
    [a_failure(recipe="new"), a_failure(identities="new"), a_failure(recipe="")],
    ids=["recipe", "identities", "recipe not known"],
)
def test_a_template_that_was_changed_vetoes_itself(failure: Failure) -> None:
    """What was changed since its last good run may have been broken by the change."""
    verdict = judged(another("b"), failure=failure)

    assert verdict.veto is Veto.CHANGED


def test_a_recipe_that_was_never_known_is_not_shown_unchanged() -> None:
    """Unknown then and unknown now is no proof that nothing was changed."""
    failure = a_failure(recipe="")
    state = a_state(failures=[failure], successes=[a_success(recipe="")])

    assert judged(failure=failure, state=state).veto is Veto.CHANGED


def test_a_notice_lifts_the_veto() -> None:
    """When Microsoft says so, a young template may be believed too (S12)."""
    state = a_state(failures=[a_failure()])

    verdict = judged(state=state, sightings=seen_with(a_notice()))

    assert verdict.veto is None


def test_two_others_lift_the_veto_and_one_does_not() -> None:
    """Two others that fail alike outweigh what this template never did (S12)."""
    failure = a_failure()
    one = a_state(failures=[failure, another("b")])
    two = a_state(failures=[failure, another("b"), another("c")])
    copies = a_state(
        failures=[failure, another("b"), another("c", recipe="recipe-b", identities="identity-b")]
    )

    assert judged(failure=failure, state=one).veto is Veto.NEVER_SUCCEEDED
    assert judged(failure=failure, state=two).veto is None
    assert judged(failure=failure, state=copies).veto is Veto.NEVER_SUCCEEDED


# spent


def test_evidence_from_before_the_recovery_is_spent() -> None:
    """A region that was found healthy again is not condemned for what was before."""
    state = a_state(
        failures=[a_failure(), another("b")],
        successes=[a_success()],
        beliefs=[a_belief(cleared=NOON)],
    )

    assert judged(state=state).evidence == ()


def test_a_failure_since_the_recovery_counts_but_older_peers_do_not() -> None:
    """The next failure stands alone until others fail beside it."""
    state = a_state(
        failures=[a_failure(), another("b", -5 * MINUTE)],
        successes=[a_success()],
        beliefs=[a_belief(cleared=NOON - MINUTE)],
    )

    assert judged(state=state).families == {Family.RUN}


# all at once


def test_every_failure_is_weighed_with_the_strictness_of_its_image() -> None:
    """One verdict for each template that failed; `evidence: strict` is the image's own."""
    state = built(WEST, DAY)
    images = {image.name: image for image in (an_image(), an_image(strict=True))}

    verdicts = weigh_all(images, state, some_sightings(), a_policy(), NOON)

    assert list(verdicts) == [WEB]
    assert verdicts[WEB].families == {Family.RUN}


def test_weighing_all_says_what_weighing_one_says() -> None:
    """The short cut for many gives the same verdicts."""
    failures = [a_failure(), another("b"), another("c", 20 * MINUTE)]
    state = a_state(failures=failures, successes=[a_success()])
    state.built = {"recipe-web": {EAST: NOON - DAY}}
    seen = seen_with(a_notice())

    verdicts = weigh_all({}, state, seen, a_policy(), NOON)

    for failure in failures:
        assert verdicts[failure.key.template] == weigh(failure, state, seen, a_policy(), NOON)
