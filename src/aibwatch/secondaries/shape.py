"""What a template's body may hold: every field that this version knows, and what Azure means by it.

The names are those of API version 2025-10-01, the defaults those that the SDK's models state
(azure-mgmt-imagebuilder 2.0.0) and, for the optimizers, Azure CLI's help. Azure compares names of
its own (types, sizes, publishers) without regard to case; texts that reach a build count as they
stand.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlsplit

Json = object
"""Anything that JSON can say, as `json.loads` gives it."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A field with one value, or a list that counts as one."""

    canonical: Callable[[Json], Json]
    default: Json = None
    """What the absent field means, in canonical form; None: nothing."""


@dataclass(frozen=True, slots=True)
class Each:
    """A list whose items are alike."""

    item: "Shape"


Fields = Mapping[str, "Shape"]
Shape = Plain | Each | Fields


def _as_it_stands(value: Json) -> Json:
    return None if value == "" else value


def _line(value: Json) -> Json:
    """Return a line of a script: an empty one is one too."""
    return value


def _word(value: Json) -> Json:
    return value.strip().lower() or None if isinstance(value, str) else value


def _unless_zero(value: Json) -> Json:
    return value or None


def _codes(value: Json) -> Json:
    """Return exit codes: a set, whatever their order."""
    if isinstance(value, list) and all(isinstance(each, int) for each in value):
        return sorted(set(value)) or None
    return value


def _portable(value: Json) -> Json:
    """Return an image's id from its last "/images/" on: each region may have its own copy of it."""
    if not isinstance(value, str):
        return value
    return value.strip().lower().rstrip("/").rpartition("/images/")[2] or None


def _published(value: Json) -> Json:
    """Return the name of a definition: gallery and version are another in each region."""
    found = _portable(value)
    return found.partition("/versions/")[0] or None if isinstance(found, str) else found


SIGNED = frozenset(
    {"sig", "sv", "ss", "srt", "sr", "st", "se", "sp", "spr", "sip", "si", "sdd", "ses"}
    | {"skoid", "sktid", "skt", "ske", "sks", "skv", "saoid", "suoid", "scid"}
)
"""Parameters of a shared access signature (Azure Storage's documentation): they come and go."""


def address(value: Json) -> Json:
    """Return an address without its signature, host in lower case."""
    if not isinstance(value, str):
        return value
    head, _, query = value.strip().partition("?")
    pairs = [each for each in query.split("&") if each]
    if any(each.lower().startswith("sig=") for each in pairs):
        pairs = [each for each in pairs if each.partition("=")[0].lower() not in SIGNED]
    return "?".join(filter(None, (_with_host_lowered(head), "&".join(pairs)))) or None


def _with_host_lowered(head: str) -> str:
    try:
        parts = urlsplit(head)
    except ValueError:
        return head
    return parts._replace(netloc=parts.netloc.lower()).geturl() if parts.netloc else head


def _tags(value: Json) -> Json:
    """Return tags: Azure compares their names without regard to case."""
    if not isinstance(value, dict):
        return value
    return {key.lower(): each for key, each in sorted(value.items())} or None


def _left_out(_value: Json) -> Json:
    return None


LEFT_OUT = Plain(_left_out)
"""Bound to its region, or written by the service."""
TEXT = Plain(_as_it_stands)
WORD = Plain(_word)
FLAG = Plain(_unless_zero)
NUMBER = Plain(_unless_zero)
TAGS = Plain(_tags)
LINES = Each(Plain(_line))
ADDRESS = Plain(address)

_STEP: Fields = {
    "type": WORD,
    "name": TEXT,
    "inline": LINES,
    "scriptUri": ADDRESS,
    "sourceUri": ADDRESS,
    "sha256Checksum": WORD,
    "destination": TEXT,
    "runElevated": FLAG,
    "runAsSystem": FLAG,
    "validExitCodes": Plain(_codes, [0]),
    "restartCommand": Plain(_as_it_stands, 'shutdown /r /f /t 0 /c "packer restart"'),
    "restartCheckCommand": TEXT,
    "restartTimeout": Plain(_word, "5m"),
    "searchCriteria": TEXT,
    "filters": LINES,
    "updateLimit": Plain(_unless_zero, 1000),
}
"""A customizer or a validator of any type."""

_OUTPUT: Fields = {
    "type": WORD,
    "runOutputName": LEFT_OUT,
    "artifactTags": TAGS,
    "galleryImageId": Plain(_published),
    "replicationRegions": LEFT_OUT,
    "targetRegions": LEFT_OUT,
    "storageAccountType": LEFT_OUT,
    "excludeFromLatest": FLAG,
    "versioning": {"scheme": Plain(_word, "latest"), "major": Plain(_unless_zero, -1)},
    "replicationMode": Plain(_word, "full"),
    "imageId": LEFT_OUT,
    "location": LEFT_OUT,
    "uri": LEFT_OUT,
}
"""A distributor of any type. How often and on what storage each target region keeps a version is
that region's: not every one has every storage."""

_SWITCH: Fields = {"state": Plain(_word, "disabled")}

PROPERTIES: Fields = MappingProxyType(
    {
        "source": {
            "type": WORD,
            "publisher": WORD,
            "offer": WORD,
            "sku": WORD,
            "version": WORD,
            "exactVersion": LEFT_OUT,
            "planInfo": {"planName": WORD, "planProduct": WORD, "planPublisher": WORD},
            "imageId": Plain(_portable),
            "imageVersionId": Plain(_portable),
        },
        "customize": Each(_STEP),
        "validate": {
            "continueDistributeOnFailure": FLAG,
            "sourceValidationOnly": FLAG,
            "inVMValidations": Each(_STEP),
        },
        "optimize": {"vmBoot": _SWITCH, "workload": _SWITCH},
        "distribute": Each(_OUTPUT),
        "errorHandling": {
            "onCustomizerError": Plain(_word, "cleanup"),
            "onValidationError": Plain(_word, "cleanup"),
        },
        "buildTimeoutInMinutes": Plain(_unless_zero, 240),
        "vmProfile": {
            "vmSize": WORD,
            "osDiskSizeGB": NUMBER,
            "userAssignedIdentities": LEFT_OUT,
            "vnetConfig": {
                "subnetId": LEFT_OUT,
                "containerInstanceSubnetId": LEFT_OUT,
                "proxyVmSize": LEFT_OUT,
            },
        },
        "additionalDataDisks": Each({"sizeGB": NUMBER}),
        "autoRun": {"state": LEFT_OUT},
        "stagingResourceGroup": LEFT_OUT,
        "managedResourceTags": LEFT_OUT,
        "exactStagingResourceGroup": LEFT_OUT,
        "provisioningState": LEFT_OUT,
        "provisioningError": LEFT_OUT,
        "lastRunStatus": LEFT_OUT,
    }
)
"""`properties`. Whether a template also builds by itself (`autoRun`) is no part of what it
builds."""

TYPES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "source": frozenset({"platformimage", "managedimage", "sharedimageversion"}),
        "customize": frozenset({"shell", "powershell", "windowsrestart", "windowsupdate", "file"}),
        "inVMValidations": frozenset({"shell", "powershell", "file"}),
        "distribute": frozenset({"sharedimage", "managedimage", "vhd"}),
    }
)
"""The types that are known of what stands in each field."""


def spelled(value: Json, shape: Shape = PROPERTIES) -> Json:
    """Return a value with its field names as the API writes them: of Azure's answers some differ.

    Of two names that differ in case only, both stay as they are.
    """
    if isinstance(shape, Each):
        return [spelled(each, shape.item) for each in value] if isinstance(value, list) else value
    if isinstance(shape, Plain) or not isinstance(value, dict):
        return value
    names = {each.lower(): each for each in shape}
    lower = [str(each).lower() for each in value]
    told: dict[str, Json] = {}
    for key, each in value.items():
        alone = lower.count(str(key).lower()) == 1
        name = names.get(str(key).lower(), str(key)) if alone else str(key)
        told[name] = spelled(each, shape[name]) if name in shape else each
    return told
