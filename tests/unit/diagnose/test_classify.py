"""What error texts say by themselves: a scorecard, and the rules that hold for any text."""

from dataclasses import dataclass

import pytest

from aibwatch.diagnose.classify import classify, classify_run, classify_submission
from aibwatch.diagnose.reading import TEXT_LIMIT
from aibwatch.model.buildlog import BuildLog, LogState
from aibwatch.model.ownsignature import OwnSignature
from aibwatch.model.symptom import Symptom, Where
from aibwatch.model.template import RunState
from aibwatch.model.verdict import Cause, Classification, Disposition
from builders import a_run, a_template

GENERIC = "Internal error occurred. This is a generic error. See https://aka.ms/azvmimagebuilderts."
ORDINARY = (
    "Error when executing packerizer: Packer build command has failed: exit status 1. During the"
    " image build, a failure has occurred, please review the build log to identify which step."
)


def told(text: str, code: str = "", where: Where = Where.RUN) -> Classification:
    """Classify a text."""
    return classify(Symptom(where, text, code))


@dataclass(frozen=True)
class Row:
    """One text with what it truly was."""

    text: str
    cause: Cause
    source: str
    code: str = ""
    where: Where = Where.RUN


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
    Row(
        "getaddrinfo ENOTFOUND management.azure.com",
        Cause.CLIENT_NETWORK,
        "azure-sdk-for-js",
        where=Where.TRANSPORT,
    ),
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
    assert told(row.text, row.code, row.where).cause is row.cause


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

    wrapped = told(f"{GENERIC}\n{row.text}\n{GENERIC}", row.code)

    assert wrapped.cause is row.cause


def test_a_capacity_code_inside_the_ordinary_failure_text_decides() -> None:
    """The leaf code tells what the wrapper around it hides."""
    result = told(f'{ORDINARY} Code="AllocationFailed" Message="no room"')

    assert (result.cause, result.disposition) == (Cause.CAPACITY, Disposition.PLATFORM)


def test_a_wrapping_conflict_code_hides_no_capacity_text() -> None:
    """Conflict is also an outer code; a known text inside it goes before."""
    result = told("Allocation failed. See aka.ms/allocation-guidance", "Conflict")

    assert result.cause is Cause.CAPACITY
    assert told(ORDINARY, "Conflict").cause is Cause.USER_BUILD


def test_a_script_that_failed_is_no_capacity_trouble() -> None:
    """What a customizer's own script prints about capacity is the script's business."""
    result = told("AllocationFailed\nScript exited with non-zero exit status: 1")

    assert result.cause is Cause.USER_BUILD


def test_the_generic_text_is_only_suspect() -> None:
    """The generic text stands for outages and for missing rights alike (azvmimagebuilder#88)."""
    assert told(GENERIC).disposition is Disposition.SUSPECT


def test_the_gateway_of_image_builder_itself_is_the_platform() -> None:
    """A gateway that names Image Builder is clear; one that names another provider is not."""
    own = told("The gateway did not receive a response from 'Microsoft.VirtualMachineImages'")
    other = told("The gateway did not receive a response from 'Microsoft.App'")

    assert own.disposition is Disposition.PLATFORM
    assert other.disposition is Disposition.SUSPECT


def test_the_word_of_a_code_in_a_sentence_is_no_code() -> None:
    """ServerError and Conflict mean something only as the whole code."""
    assert told("my script said ServerError and Conflict").cause is Cause.UNKNOWN


def test_a_code_that_contains_another_is_not_that_one() -> None:
    """InternalServerError is only a suspicion; ServerError alone blames the service."""
    assert told("", "InternalServerError").disposition is Disposition.SUSPECT
    assert told("", "ServerError").disposition is Disposition.PLATFORM


def test_no_match_is_unknown_without_a_signature() -> None:
    """A text that no row knows has no name to be recognised by (S10)."""
    result = told("zzz")

    assert (result.cause, result.signature) == (Cause.UNKNOWN, "")


def test_cleanup_noise_alone_is_no_cause() -> None:
    """Clean-up trouble is harmless by Microsoft's own page: it starts nothing."""
    noise = "Error deleting resource. Will retry. PublicIPAddressCannotBeDeleted"

    assert told(noise).disposition is Disposition.RETRY


def test_cleanup_noise_hides_no_error_beside_it() -> None:
    """The error beside the noise is still read."""
    text = "Error deleting resource. Will retry. ==> errored: AuthorizationFailed"

    assert told(text).cause is Cause.PERMISSION


@pytest.mark.parametrize("place", ["head", "tail"])
def test_a_huge_text_is_read_at_both_ends(place: str) -> None:
    """Root errors stand at the head or the tail of a log; both are read."""
    filler = "x" * (TEXT_LIMIT * 4)
    text = f"AllocationFailed {filler}" if place == "head" else f"{filler} AllocationFailed"

    assert told(text).cause is Cause.CAPACITY


def test_the_middle_of_a_huge_text_is_not_read() -> None:
    """What a text costs is bounded: the middle of a huge one is left out."""
    filler = "x" * TEXT_LIMIT

    assert told(f"{filler} AllocationFailed {filler}").cause is Cause.UNKNOWN


def test_a_quote_in_the_reasons_is_short() -> None:
    """Reasons are for people and journals: what matched is cut."""
    text = f"SkuNotAvailable{' ' * 300}is currently not available"

    assert max(len(reason) for reason in told(text).reasons) < 200


def test_a_canceled_run_is_canceled_whatever_its_text() -> None:
    """Somebody stopped it: no text of such a run is the platform's (S19)."""
    result = classify_run(a_run(state=RunState.CANCELED, message=GENERIC))

    assert (result.cause, result.disposition) == (Cause.CANCELED, Disposition.USER)


def test_a_failed_run_is_classified_by_its_message() -> None:
    """The run's message is all that the template shows of an error."""
    result = classify_run(a_run(state=RunState.FAILED, message="AllocationFailed"))

    assert result.cause is Cause.CAPACITY


def with_log(text: str, state: LogState = LogState.PRESENT) -> BuildLog:
    """Return a build's log."""
    return BuildLog(state, head=text)


def a_failed_run(message: str, phase: str = "") -> Classification:
    """Classify a failed run that left no log."""
    run = a_run(state=RunState.FAILED, message=message, phase=phase)
    return classify_run(run, BuildLog(LogState.ABSENT))


@pytest.mark.parametrize("text", [GENERIC, ORDINARY])
@pytest.mark.parametrize("phase", ["", "Building", "Customizing", "Queued"])
def test_a_build_that_left_no_log_is_suspect(text: str, phase: str) -> None:
    """The ordinary text was that of an outage, and no log was there (azvmimagebuilder#101)."""
    result = a_failed_run(text, phase)

    assert (result.cause, result.disposition) == (Cause.OUTAGE, Disposition.SUSPECT)
    assert result.signature == "no_build_log"


def test_what_the_message_names_is_believed_without_a_log() -> None:
    """A missing right leaves no log either (azvmimagebuilder#88)."""
    assert a_failed_run("AuthorizationFailed").cause is Cause.PERMISSION


def test_no_log_means_little_once_it_was_distributing() -> None:
    """The image was made, and the log may have been taken down with the rest."""
    assert a_failed_run(ORDINARY, "Distributing").cause is Cause.USER_BUILD
    assert a_failed_run(GENERIC, "Distributing").signature == "generic_internal"


@pytest.mark.parametrize("state", [LogState.UNREAD, LogState.UNREADABLE])
def test_a_log_that_we_cannot_read_is_not_absent(state: LogState) -> None:
    """The ordinary text alone never acts."""
    result = classify_run(a_run(state=RunState.FAILED, message=ORDINARY), BuildLog(state))

    assert result.cause is Cause.USER_BUILD


def test_the_log_decides_where_it_says_what_happened() -> None:
    """Whatever the headline: a script's exit is the owner's."""
    run = a_run(state=RunState.FAILED, message=GENERIC)

    result = classify_run(run, with_log("Script exited with non-zero exit status: 3"))

    assert (result.cause, result.disposition) == (Cause.USER_BUILD, Disposition.USER)
    assert "its log says so" in result.reasons


def test_a_log_that_reached_its_provisioners_clears_the_platform() -> None:
    """The VM was there, and customizers ran."""
    run = a_run(state=RunState.FAILED, message=GENERIC)

    result = classify_run(run, with_log("[INFO] (telemetry) Starting provisioner powershell"))

    assert result.cause is Cause.USER_BUILD


def test_a_log_that_ended_before_a_vm_existed_tells_the_platforms_error() -> None:
    """No room, told in the log alone."""
    run = a_run(state=RunState.FAILED, message=ORDINARY)

    result = classify_run(run, with_log('errored: Code="ZonalAllocationFailed" Message="no"'))

    assert (result.cause, result.disposition) == (Cause.CAPACITY, Disposition.PLATFORM)


def test_a_log_that_says_nothing_leaves_it_to_the_message() -> None:
    """A log of the ordinary kind tells no more than the message."""
    run = a_run(state=RunState.FAILED, message="AllocationFailed")

    assert classify_run(run, with_log("==> azure-arm: hello")).cause is Cause.CAPACITY


def test_distributing_is_never_the_platforms_by_itself() -> None:
    """The image may exist: another build would make it twice."""
    run = a_run(state=RunState.FAILED, message="Failed in distributing 1: AllocationFailed")

    assert classify_run(run).disposition is Disposition.SUSPECT


def test_a_partial_success_is_no_outage() -> None:
    """Some outputs exist (S19)."""
    result = classify_run(a_run(state=RunState.PARTIALLY_SUCCEEDED, message=GENERIC))

    assert (result.signature, result.disposition) == ("distribution_region", Disposition.USER)


@pytest.mark.parametrize(
    ("error", "cause", "disposition"),
    [
        ("ServerError: Internal error occurred.", Cause.OUTAGE, Disposition.PLATFORM),
        ("Other: Internal error occurred.", Cause.OUTAGE, Disposition.SUSPECT),
        ("BadSourceType: no", Cause.USER_CONFIG, Disposition.USER),
        ("ServerError: Not authorized to access the resource", Cause.PERMISSION, Disposition.USER),
        ("strange", Cause.UNKNOWN, Disposition.SUSPECT),
    ],
)
def test_a_submission_is_judged_by_its_code(
    error: str, cause: Cause, disposition: Disposition
) -> None:
    """There is no log by design; only ServerError blames the service, unless the text does not."""
    result = classify_submission(a_template(provisioning_error=error))

    assert (result.cause, result.disposition) == (cause, disposition)


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        (500, Cause.OUTAGE),
        (503, Cause.OUTAGE),
        (429, Cause.THROTTLED),
        (401, Cause.AUTH),
        (403, Cause.PERMISSION),
        (404, Cause.NOT_FOUND),
        (405, Cause.CONFLICT),
        (409, Cause.CONFLICT),
        (400, Cause.USER_CONFIG),
        (200, Cause.UNKNOWN),
        (None, Cause.UNKNOWN),
    ],
)
def test_a_status_tells_where_the_text_does_not(status: int | None, cause: Cause) -> None:
    """A body that nobody knows is judged by its status; 200 carries failures too."""
    assert classify(Symptom(Where.REQUEST, "<html>?</html>", status=status)).cause is cause


def test_the_first_root_error_decides_and_not_what_came_of_it() -> None:
    """Capacity first, and a clean-up that finds nothing afterwards."""
    text = 'Code="AllocationFailed" Message="x" ==> cleaning up: Code="AuthorizationFailed"'

    assert told(text).cause is Cause.CAPACITY


def test_advice_to_try_again_hides_no_outage() -> None:
    """Services that fail say so too."""
    assert told("ServiceUnavailable. Please try again later.").cause is Cause.OUTAGE
    assert told("Please try again later.").cause is Cause.TRANSIENT


def test_who_failed_is_shown_beside() -> None:
    """`x-ms-failure-cause` and the codes are for people and support."""
    text = 'Code="Conflict" Code="QuotaExceeded" (x-ms-failure-cause: gateway)'

    reasons = told(text).reasons

    assert "x-ms-failure-cause: gateway" in reasons
    assert "codes Conflict > QuotaExceeded" in reasons


OWN = (
    OwnSignature("vpn", r"vpn .{0,9}down", Cause.USER_CONFIG, "our VPN"),
    OwnSignature("mirror", "AllocationFailed", Cause.USER_BUILD, where=Where.LOG),
)


def test_an_owners_row_goes_before_the_table() -> None:
    """It knows its own world better."""
    result = classify(Symptom(Where.RUN, "AllocationFailed: VPN is down"), OWN)

    assert (result.cause, result.signature) == (Cause.USER_CONFIG, "own:vpn")


def test_an_owners_row_keeps_to_its_place() -> None:
    """What is named for the log says nothing of a run's message."""
    assert classify(Symptom(Where.RUN, "AllocationFailed"), OWN).cause is Cause.CAPACITY
    assert classify(Symptom(Where.LOG, "AllocationFailed"), OWN).signature == "own:mirror"
