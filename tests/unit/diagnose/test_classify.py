"""What error texts say by themselves: a scorecard, and the rules that hold for any text."""

from dataclasses import dataclass

import pytest

from aibwatch.diagnose.classify import TEXT_LIMIT, classify_run
from aibwatch.diagnose.classify import classify as judge
from aibwatch.model.symptom import Symptom, Where
from aibwatch.model.template import RunState
from aibwatch.model.verdict import Cause, Classification, Disposition
from builders import a_run


def classify(message: str, code: str = "") -> Classification:
    """Judge what a run's message says."""
    return judge(Symptom(Where.RUN, message, code))


GENERIC = "Internal error occurred. This is a generic error. See https://aka.ms/azvmimagebuilderts."
ORDINARY = (
    "Error when executing packerizer: Packer build command has failed: exit status 1. During the"
    " image build, a failure has occurred, please review the build log to identify which step."
)


@dataclass(frozen=True)
class Row:
    """One text with what it truly was."""

    text: str
    cause: Cause
    source: str
    code: str = ""


SCORECARD = [
    # user_build
    Row(ORDINARY, Cause.USER_BUILD, "image-builder-troubleshoot"),
    Row(
        "During the image build a failure has occurred. Packer build logs are at location /x.",
        Cause.USER_BUILD,
        "azure-powershell#24244",
        "PackerBuildFailed",
    ),
    Row("Script exited with non-zero exit status: 16000", Cause.USER_BUILD, "packer log"),
    Row("[INFO] (telemetry) Starting provisioner shell", Cause.USER_BUILD, "packer log"),
    Row("Communicator ended with: 2300218", Cause.USER_BUILD, "image-builder-troubleshoot"),
    Row("azure-arm: IMAGE_STATE_UNDEPLOYABLE", Cause.USER_BUILD, "runner-images#6790"),
    Row("Failed in distributing 1 images out of total 1", Cause.USER_BUILD, "azvmimagebuilder#47"),
    # user_config
    Row(
        "Validation failed: 'ImageTemplate': Missing field 'identity'.",
        Cause.USER_CONFIG,
        "azvmimagebuilder#46",
        "ValidationFailed",
    ),
    Row("The assigned managed identity cannot be used.", Cause.USER_CONFIG, "troubleshoot"),
    Row(
        "Azure Container Instances provider not registered for your subscription.",
        Cause.USER_CONFIG,
        "troubleshoot",
    ),
    Row("", Cause.USER_CONFIG, "ImageTemplate.tsp", "BadManagedImageSource"),
    Row("* client_jwt will expire within 5 minutes", Cause.USER_CONFIG, "troubleshoot"),
    # permission
    Row(
        "Not authorized to access the resource: /subscriptions/s/x. Check the identity.",
        Cause.PERMISSION,
        "azvmimagebuilder#50",
    ),
    Row("RequestDisallowedByPolicy: 'pip' was disallowed", Cause.PERMISSION, "azvmimagebuilder#72"),
    Row("no write", Cause.PERMISSION, "arm deployment errors", "AuthorizationFailed"),
    # not_found, quota, conflict, throttled, transient, canceled, timeout
    Row("Error getting Image Version: StatusCode=404", Cause.NOT_FOUND, "troubleshoot"),
    Row("Source image a/b/c/1 could not be found.", Cause.NOT_FOUND, "runner-images"),
    Row("Azure Container Instances quota exceeded.", Cause.QUOTA, "troubleshoot"),
    Row(
        "It results in exceeding approved standardDv2Family Cores quota.",
        Cause.QUOTA,
        "azvmimagebuilder#9",
        "OperationNotAllowed",
    ),
    Row(
        "Operation 'DELETE' is not allowed in provisioningState: 'creating'",
        Cause.CONFLICT,
        "azvmimagebuilder#65",
    ),
    Row("busy", Cause.CONFLICT, "azvmimagebuilder#48", "OperationNotAllowed"),
    Row(
        "Too many Azure Container Instances deployed within a period of time.",
        Cause.THROTTLED,
        "troubleshoot",
    ),
    Row("A retryable error occurred.", Cause.TRANSIENT, "azure-cli#30777", "RetryableError"),
    Row("Canceling image build", Cause.CANCELED, "azure-cli cassettes"),
    Row(
        "Timeout waiting for microservice to complete: 'context deadline exceeded'",
        Cause.TIMEOUT,
        "azvmimagebuilder#58",
    ),
    # capacity
    Row("Allocation failed.", Cause.CAPACITY, "East US, July 2025", "ZonalAllocationFailed"),
    Row(
        "The requested size for resource 'vm' is currently not available in location 'eastus'.",
        Cause.CAPACITY,
        "runner-images",
        "SkuNotAvailable",
    ),
    Row("OverconstrainedAllocationRequest", Cause.CAPACITY, "compute allocation errors"),
    # outage
    Row(GENERIC, Cause.OUTAGE, "azvmimagebuilder#97"),
    Row(
        "The gateway did not receive a response from 'Microsoft.VirtualMachineImages' in time.",
        Cause.OUTAGE,
        "azvmimagebuilder#99",
        "GatewayTimeout",
    ),
    Row("Something broke.", Cause.OUTAGE, "ImageTemplate.tsp", "ServerError"),
    # watcher
    Row("AADSTS700024: the assertion is out of range", Cause.AUTH, "entra error codes"),
    Row("getaddrinfo ENOTFOUND management.azure.com", Cause.CLIENT_NETWORK, "azure-sdk-for-js"),
    # nobody knows
    Row("The flux capacitor is misaligned", Cause.UNKNOWN, "made up"),
    Row(
        "The resource operation completed with terminal provisioning state 'Failed'.",
        Cause.UNKNOWN,
        "azvmimagebuilder#12",
        "ResourceDeploymentFailure",
    ),
]


@pytest.mark.parametrize("row", SCORECARD, ids=lambda row: f"{row.cause}:{row.text[:24]}")
def test_each_known_text_gets_its_cause(row: Row) -> None:
    """Every row of the scorecard is classified as it truly was."""
    assert classify(row.text, row.code).cause is row.cause


OWNERS = {
    Cause.USER_BUILD,
    Cause.USER_CONFIG,
    Cause.PERMISSION,
    Cause.NOT_FOUND,
    Cause.QUOTA,
    Cause.CANCELED,
}


@pytest.mark.parametrize("row", SCORECARD, ids=lambda row: f"{row.cause}:{row.text[:24]}")
def test_the_generic_text_around_it_changes_no_owners_error(row: Row) -> None:
    """An owner's error stays the owner's, however much generic text wraps it (S9)."""
    if row.cause not in OWNERS:
        return

    wrapped = classify(f"{GENERIC}\n{row.text}\n{GENERIC}", row.code)

    assert wrapped.disposition is Disposition.USER


def test_a_capacity_code_inside_the_ordinary_failure_text_decides() -> None:
    """The leaf code tells what the wrapper around it hides."""
    result = classify(f'{ORDINARY} Code="AllocationFailed" Message="no room"')

    assert (result.cause, result.disposition) == (Cause.CAPACITY, Disposition.PLATFORM)


def test_a_wrapping_conflict_code_hides_no_capacity_text() -> None:
    """Conflict is also an outer code; a known text inside it goes before."""
    result = classify("Allocation failed. See aka.ms/allocation-guidance", "Conflict")

    assert result.cause is Cause.CAPACITY
    assert classify(ORDINARY, "Conflict").cause is Cause.USER_BUILD


def test_a_script_that_failed_is_no_capacity_trouble() -> None:
    """What a customizer's own script prints about capacity is the script's business."""
    result = classify("AllocationFailed\nScript exited with non-zero exit status: 1")

    assert result.cause is Cause.USER_BUILD


def test_the_generic_text_is_only_suspect() -> None:
    """The generic text stands for outages and for missing rights alike (azvmimagebuilder#88)."""
    assert classify(GENERIC).disposition is Disposition.SUSPECT


def test_the_gateway_of_image_builder_itself_is_the_platform() -> None:
    """A gateway that names Image Builder is clear; one that names another provider is not."""
    own = classify("The gateway did not receive a response from 'Microsoft.VirtualMachineImages'")
    other = classify("The gateway did not receive a response from 'Microsoft.App'")

    assert own.disposition is Disposition.PLATFORM
    assert other.disposition is Disposition.SUSPECT


def test_the_word_of_a_code_in_a_sentence_is_no_code() -> None:
    """ServerError and Conflict mean something only as the whole code."""
    assert classify("my script said ServerError and Conflict").cause is Cause.UNKNOWN


def test_a_code_that_contains_another_is_not_that_one() -> None:
    """InternalServerError is only a suspicion; ServerError alone blames the service."""
    assert classify("", "InternalServerError").disposition is Disposition.SUSPECT
    assert classify("", "ServerError").disposition is Disposition.PLATFORM


def test_no_match_is_unknown_without_a_signature() -> None:
    """A text that no row knows has no name to be recognised by (S10)."""
    result = classify("zzz")

    assert (result.cause, result.signature) == (Cause.UNKNOWN, "")


def test_cleanup_noise_alone_is_no_cause() -> None:
    """Clean-up trouble is harmless by Microsoft's own page: it starts nothing."""
    noise = "Error deleting resource. Will retry. PublicIPAddressCannotBeDeleted"

    assert classify(noise).disposition is Disposition.RETRY


def test_cleanup_noise_hides_no_error_beside_it() -> None:
    """The error beside the noise is still read."""
    text = "Error deleting resource. Will retry. ==> errored: AuthorizationFailed"

    assert classify(text).cause is Cause.PERMISSION


@pytest.mark.parametrize("place", ["head", "tail"])
def test_a_huge_text_is_read_at_both_ends(place: str) -> None:
    """Root errors stand at the head or the tail of a log; both are read."""
    filler = "x" * (TEXT_LIMIT * 4)
    text = f"AllocationFailed {filler}" if place == "head" else f"{filler} AllocationFailed"

    assert classify(text).cause is Cause.CAPACITY


def test_the_middle_of_a_huge_text_is_not_read() -> None:
    """What a text costs is bounded: the middle of a huge one is left out."""
    filler = "x" * TEXT_LIMIT

    assert classify(f"{filler} AllocationFailed {filler}").cause is Cause.UNKNOWN


def test_a_quote_in_the_reasons_is_short() -> None:
    """Reasons are for people and journals: what matched is cut."""
    text = f"SkuNotAvailable{' ' * 300}is currently not available"

    assert max(len(reason) for reason in classify(text).reasons) < 200


def test_a_canceled_run_is_canceled_whatever_its_text() -> None:
    """Somebody stopped it: no text of such a run is the platform's (S19)."""
    result = classify_run(a_run(state=RunState.CANCELED, message=GENERIC))

    assert (result.cause, result.disposition) == (Cause.CANCELED, Disposition.USER)


def test_a_failed_run_is_classified_by_its_message() -> None:
    """The run's message is all that the template shows of an error."""
    result = classify_run(a_run(state=RunState.FAILED, message="AllocationFailed"))

    assert result.cause is Cause.CAPACITY
