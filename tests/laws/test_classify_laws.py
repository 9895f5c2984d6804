"""Laws of reading an error: what must hold for every text, not only for those we thought of."""

import json
import string
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aibwatch.diagnose.classify import classify
from aibwatch.diagnose.signature import Signature
from aibwatch.diagnose.signatures import TABLE
from aibwatch.model.buildlog import LogState
from aibwatch.model.symptom import Symptom, Where
from aibwatch.model.verdict import Cause, Disposition
from unheard import UNHEARD

CORPUS = Path(__file__).parents[1] / "corpus" / "failures.jsonl"
TEXTS = [json.loads(line)["message"] for line in CORPUS.read_text(encoding="utf-8").splitlines()]
CODES = ("", "DeploymentFailed", "Conflict", "BadRequest", "AuthorizationFailed", "QuotaExceeded")

places = st.sampled_from(list(Where))
logs = st.sampled_from(list(LogState))
known = st.builds(
    Symptom,
    where=places,
    message=st.sampled_from(TEXTS),
    code=st.sampled_from(CODES),
    log=logs,
)
NOISE = (
    "Error deleting resource. Will retry. PublicIPAddressCannotBeDeleted",
    "Internal error occurred. This is a generic error. See https://aka.ms/azvmimagebuilderts.",
    "Builds finished but no artifacts were created. Skipping image creation...",
    "The resource operation completed with terminal provisioning state 'Failed'.",
    "zzz",
)


@given(message=UNHEARD, code=UNHEARD, where=places, log=logs)
def test_random_text_is_never_the_platforms(
    message: str, code: str, where: Where, log: LogState
) -> None:
    """Whatever it is, wherever it stands, whatever its log (S10)."""
    told = classify(Symptom(where, message, code, log=log))

    assert told.disposition is not Disposition.PLATFORM


@given(symptom=known, before=st.sampled_from(NOISE), after=st.sampled_from(NOISE), data=st.data())
def test_noise_around_it_makes_nobodys_error_the_platforms(
    symptom: Symptom, before: str, after: str, data: st.DataObject
) -> None:
    """Generic text, clean-up talk and wrappers beside an error lift nothing to certainty."""
    middle = data.draw(st.sampled_from([" ", "\n", " ==> azure-arm: "]))
    around = f"{before}{middle}{symptom.message}{middle}{after}"

    told = classify(Symptom(symptom.where, around, symptom.code, log=symptom.log))

    if told.disposition is Disposition.PLATFORM:
        assert classify(symptom).disposition is Disposition.PLATFORM


@given(symptom=known, spaces=st.text(alphabet=" \t\r\n", max_size=9))
def test_case_and_space_around_do_not_matter(symptom: Symptom, spaces: str) -> None:
    """Azure spells its codes in several ways, and logs are indented."""
    shouted = symptom.message.translate(
        str.maketrans(string.ascii_lowercase, string.ascii_uppercase)
    )
    other = Symptom(
        symptom.where, f"{spaces}{shouted}{spaces}", symptom.code.upper(), log=symptom.log
    )

    one, another = classify(symptom), classify(other)

    assert (one.cause, one.disposition, one.signature) == (
        another.cause,
        another.disposition,
        another.signature,
    )


@given(symptom=known)
def test_only_an_outage_or_no_room_is_the_platforms(symptom: Symptom) -> None:
    """No other cause ever counts as the platform's."""
    told = classify(symptom)

    if told.disposition is Disposition.PLATFORM:
        assert told.cause in (Cause.OUTAGE, Cause.CAPACITY)


def hostile(row: Signature) -> list[str]:
    """Return what might make a row's patterns slow: their own words among it."""
    words = sorted({word for word, _ in row.wording.alternatives if word})
    return ["a", "0", "(", "[", "{", " ", "\n", "a ", "'", '"', *words, " ".join(words)]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_no_pattern_is_slow_on_hostile_text(row: Signature) -> None:
    """Each piece 50,000 times, unbounded here though never in the program: seconds, not ages."""
    began = time.process_time()

    for piece in hostile(row):
        row.wording.first(piece * (50_000 // max(1, len(piece) // 8)))

    assert time.process_time() - began < 20


def test_ten_megabytes_cost_what_a_bounded_text_costs() -> None:
    """The bound comes first: no part of reading sees all of it."""
    message = "AllocationFailed [{( " * 500_000
    began = time.process_time()

    classify(Symptom(Where.RUN, message))

    assert time.process_time() - began < 5
