"""What each status, body and exception stands for."""

from collections.abc import Mapping
from datetime import timedelta

import aiohttp
import pytest
from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    ServiceRequestError,
    ServiceRequestTimeoutError,
    ServiceResponseError,
    ServiceResponseTimeoutError,
)

from aibwatch.azure.faults import FaultError, from_answer, from_exception, retry_after
from aibwatch.model.fault import Fault, FaultKind

WRAPPED = b'{"error": {"code": "%s", "message": "said so"}}'
HTML = b"<html><body><h1>502 Bad Gateway</h1></body></html>"


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, b"InvalidParameter", FaultKind.REJECTED),
        (400, b"InternalError", FaultKind.PLATFORM),
        (401, b"ExpiredAuthenticationToken", FaultKind.AUTH),
        (403, b"AuthorizationFailed", FaultKind.PERMISSION),
        (404, b"ResourceNotFound", FaultKind.NOT_FOUND),
        (405, b"MethodNotAllowed", FaultKind.REJECTED),
        (405, b"OperationNotAllowed", FaultKind.CONFLICT),
        (408, b"RequestTimeout", FaultKind.TIMEOUT),
        (409, b"OperationNotAllowed", FaultKind.CONFLICT),
        (409, b"MissingSubscriptionRegistration", FaultKind.CONFLICT),
        (429, b"TooManyRequests", FaultKind.THROTTLED),
        (500, b"InternalServerError", FaultKind.PLATFORM),
        (503, b"ServiceUnavailable", FaultKind.PLATFORM),
        (504, b"GatewayTimeout", FaultKind.PLATFORM),
        (599, b"Whatever", FaultKind.PLATFORM),
        (302, b"Found", FaultKind.NONSENSE),
        (206, b"Partial", FaultKind.NONSENSE),
    ],
)
def test_a_status_is_one_kind_of_fault(status: int, code: bytes, kind: FaultKind) -> None:
    """The table at the head of the module."""
    fault = from_answer(status, {"x-ms-request-id": "r-1"}, WRAPPED % code)

    assert fault.kind is kind
    assert (fault.status, fault.code, fault.message) == (status, code.decode(), "said so")
    assert fault.request_id == "r-1"


@pytest.mark.parametrize(
    ("header", "told"), [("Service", "service"), ("gateway", "gateway"), ("me", ""), ("", "")]
)
def test_who_failed_is_kept(header: str, told: str) -> None:
    """It tells the provider from ARM itself; anything else that is written there is dropped."""
    fault = from_answer(504, {"x-ms-failure-cause": header}, WRAPPED % b"GatewayTimeout")

    assert fault.failed_by == told
    assert (f"by the {told}" in str(fault)) == bool(told)


def test_a_bare_error_body_is_read_too() -> None:
    """API versions up to 2020-02-14 do not wrap their errors."""
    fault = from_answer(405, {}, b'{"code": "OperationNotAllowed", "message": "busy"}')

    assert (fault.kind, fault.code, fault.message) == (
        FaultKind.CONFLICT,
        "OperationNotAllowed",
        "busy",
    )


@pytest.mark.parametrize(
    "body", [HTML, b"", b"null", b'{"error": null}', b'{"error": {"code": 5}}', b'{"error": "x"}']
)
def test_a_body_that_is_no_arm_error_is_told_by_its_size(body: bytes) -> None:
    """A gateway's page is not repeated in our logs."""
    fault = from_answer(502, {"Content-Type": "text/html"}, body)

    assert (fault.kind, fault.code) == (FaultKind.PLATFORM, "")
    assert fault.message == f"{len(body)} bytes of text/html, no ARM error"


def test_a_long_message_is_cut() -> None:
    """It may be ten megabytes."""
    body = b'{"error": {"code": "x", "message": "%s"}}' % (b"y" * 100_000)

    assert len(from_answer(500, {}, body).message) == 1000


def caused(error: AzureError, cause: Exception) -> AzureError:
    """Return an error as the SDK's transport raises it."""
    error.__cause__ = cause
    return error


REFUSED = aiohttp.ClientConnectorError(
    aiohttp.client_reqrep.ConnectionKey("h", 443, True, True, None, None, None),  # noqa: FBT003
    OSError("refused"),
)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (caused(ServiceRequestError("refused"), REFUSED), FaultKind.NETWORK),
        (ServiceRequestTimeoutError("connecting took too long"), FaultKind.NETWORK),
        (
            caused(ServiceRequestError("gone"), aiohttp.ServerDisconnectedError()),
            FaultKind.TIMEOUT,
        ),
        (caused(ServiceRequestError("reset"), aiohttp.ClientOSError(104)), FaultKind.TIMEOUT),
        (ServiceResponseTimeoutError("silent"), FaultKind.TIMEOUT),
        (ServiceResponseError("bad"), FaultKind.TIMEOUT),
        (ClientAuthenticationError("no token"), FaultKind.AUTH),
        (ConnectionResetError("reset"), FaultKind.TIMEOUT),
        (ValueError("what"), FaultKind.NONSENSE),
    ],
)
def test_an_exception_is_one_kind_of_fault(error: Exception, kind: FaultKind) -> None:
    """NETWORK only where nothing was sent: a run may have begun in every other case."""
    assert from_exception(error).kind is kind


def test_of_an_address_only_its_machine_is_told() -> None:
    """What was asked for, the reader knows; one trouble with the network is one text."""
    says = "Connection timeout to host https://management.azure.com/subscriptions/1?api-version=2"

    found = from_exception(ServiceRequestTimeoutError(f"{says}, again"))

    assert found.message.endswith("to host https://management.azure.com again")


def test_a_fault_that_was_raised_comes_back_unchanged() -> None:
    """Policies raise faults through the SDK."""
    fault = Fault(FaultKind.FORBIDDEN_HERE, "no")

    assert from_exception(FaultError(fault)) is fault


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "17"}, 17),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"x-ms-retry-after-ms": "250"}, 0.25),
        ({"Retry-After": "-5"}, 0),
        (
            {
                "Retry-After": "Wed, 30 Apr 2025 12:01:00 GMT",
                "Date": "Wed, 30 Apr 2025 12:00:00 GMT",
            },
            60,
        ),
        ({"Retry-After": "Wed, 30 Apr 2025 12:01:00 GMT"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "1e300"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_read_in_every_spelling(
    headers: Mapping[str, str], seconds: float | None
) -> None:
    """Seconds, milliseconds, or a date against the answer's own; junk says nothing."""
    expected = None if seconds is None else timedelta(seconds=seconds)

    assert retry_after(headers) == expected
