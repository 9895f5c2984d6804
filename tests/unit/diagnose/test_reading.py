"""Taking an error in: bounded, on one line, down to its leaf code."""

import pytest

from aibwatch.diagnose.reading import TEXT_LIMIT, Reading, read
from aibwatch.model.symptom import Symptom, Where

GUID = "01234567-89ab-cdef-0123-456789abcdef"


def of(text: str, code: str = "") -> Reading:
    """Read a text."""
    return read(Symptom(Where.RUN, text, code))


NESTED = (
    '{"error":{"code":"DeploymentFailed","message":"x","details":[{"code":"Conflict",'
    '"message":"y","details":[{"code":"QuotaExceeded"}]},{"code":"Later"}]}}'
)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (NESTED, ("DeploymentFailed", "Conflict", "QuotaExceeded")),
        (
            r'"{\"error\":{\"code\": \"BadRequest\", \"details\": [{\"code\": \"A1bc\"}]}}"',
            ("BadRequest", "A1bc"),
        ),
        (
            'Code="InvalidTemplateDeployment" Message="x: Code="SkuNotAvailable""',
            ("InvalidTemplateDeployment", "SkuNotAvailable"),
        ),
        ("(Code:ScopeLocked) locked", ("ScopeLocked",)),
        ("RESPONSE 429: ERROR CODE: RequestsThrottled", ("RequestsThrottled",)),
        ("AuthorizationFailed : The client may not", ("AuthorizationFailed",)),
        ("just words", ()),
    ],
)
def test_codes_are_read_in_every_shape(text: str, codes: tuple[str, ...]) -> None:
    """JSON, JSON within JSON, autorest's, in brackets, after a word, before a colon."""
    assert of(text).codes == codes


def test_the_first_root_error_ends_the_walk() -> None:
    """What comes after it is its consequence."""
    text = '[{"code":"Conflict"},{"code":"QuotaExceeded"},{"code":"GatewayTimeout"}]'

    assert of(text).leaf == "QuotaExceeded"


def test_the_code_that_was_given_is_the_outermost() -> None:
    """The message's own codes stand within it."""
    assert of('Code="ScopeLocked"', "Conflict").codes == ("Conflict", "ScopeLocked")


def test_clean_up_talk_is_cut_out() -> None:
    """Only what is left of the text is read."""
    reading = of("Error deleting resource. Will retry. ==> errored: x")

    assert reading.noise
    assert "deleting" not in reading.text
    assert "errored" in reading.text


def test_ids_are_kept_for_support_once_each() -> None:
    """Operation, correlation and request ids, as Azure writes them in sentences."""
    text = (
        f"Correlation ID: {GUID}. Use this operationId {GUID} to search."
        f" (x-ms-request-id: {GUID}) Correlation ID: {GUID}"
    )

    assert of(text).ids == (
        f"correlation id {GUID}",
        f"operation id {GUID}",
        f"x-ms-request id {GUID}",
    )


@pytest.mark.parametrize("who", ["service", "gateway"])
def test_who_failed_is_read_of_the_header(who: str) -> None:
    """`x-ms-failure-cause` tells the provider from the gateway before it."""
    assert of(f"no answer (X-Ms-Failure-Cause: {who})").failed_in == who


def test_the_log_is_found() -> None:
    """Where the message says that it is."""
    log = of("logs: https://acct1.blob.core.windows.net/packerlogs/g/customization.log.").log

    assert log is not None
    assert (log.account, log.blob) == ("acct1", "g/customization.log")


def test_positions_stay_whatever_the_script() -> None:
    """A letter is a letter: quoting finds its place again."""
    reading = of("İß中 Quota")

    assert reading.plain.startswith("??? quota")
    assert reading.text[4:9] == "Quota"


def test_a_reading_is_bounded() -> None:
    """A text of any size is read at both ends only."""
    reading = of("a" * 10_000_000)

    assert len(reading.plain) < TEXT_LIMIT + 100
