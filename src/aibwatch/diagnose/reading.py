"""An error as a reader takes it in: what of it counts, its codes, and what support asks for.

Bounded first, so that a message of any size costs the same. Bodies are read by what stands in them
and not by parsing: they come cut, escaped twice, and as JSON, autorest's or a list of lines.
"""

import re
from dataclasses import dataclass

from aibwatch.model.loglocation import LogLocation, find
from aibwatch.model.symptom import Symptom

TEXT_LIMIT = 32 * 1024
"""Characters read of one text: half from its head, half from its tail, where root errors stand."""
_IDS_MAX = 8

_NOISE = re.compile(
    r"Error deleting resource\b.{0,200}?(?:Will retry|Please delete manually)\.?"
    r"|(?:Code=\"?)?\b(?:PublicIPAddress|InUseNetworkSecurityGroup|InUseSubnet|Subnet|NetworkInterface)"
    r"CannotBeDeleted\b"
    r"|Skipping image creation(?:\.\.\.)?"
    r"|Builds finished but no artifacts were created",
    re.IGNORECASE | re.ASCII,
)
"""Clean-up talk that Microsoft's troubleshooting page calls harmless."""

_CODE = re.compile(
    r"\"(?:error)?code\"\s?:\s?\"(?P<json>[a-z][\w.]{2,80})\""
    r"|\b(?:error)?code=\"?(?P<autorest>[a-z][\w.]{2,80})"
    r"|\(code:\s?(?P<round>[a-z][\w.]{2,80})\)"
    r"|\b(?:error )?code:\s?\"?(?P<line>[a-z][\w.]{2,80})"
    r"|(?:^|error: (?:-> )?|\[\{)\(?(?P<bare>[a-z]{2,40}[a-z0-9]{2,40})\)?\s?:\s",
    re.IGNORECASE | re.ASCII,
)
"""A code in any of its shapes: JSON, `Code="X"`, `(Code:X)`, `ERROR CODE: X`, `X: message`."""

WRAPPERS = frozenset(
    {
        "accepted",
        "aggregateerror",
        "badrequest",
        "conflict",
        "deploymentfailed",
        "deploymentoperationfailed",
        "error",
        "failed",
        "forbidden",
        "invalidtemplatedeployment",
        "multipleerrorsoccurred",
        "notfound",
        "operationfailed",
        "packerbuildfailed",
        "resourcedeploymentfailure",
        "resourceoperationfailure",
        "unauthorized",
        "vmextensionprovisioningerror",
    }
)
"""Codes that say only that something within them failed (ARM's common deployment errors)."""

_CAUSE_HEADER = re.compile(r"x-ms-failure-cause:?\s?\W{0,2}(service|gateway|user)", re.IGNORECASE)
_GUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_ID = re.compile(
    r"\b(?P<kind>operation|correlation|request|tracking|activity|trace|x-ms-request|"
    r"x-ms-correlation-request)[ _-]?id\b\W{0,5}(?:is )?\W{0,3}(?P<id>" + _GUID + ")",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One error, read."""

    text: str
    """Bounded, on one line, clean-up noise cut out."""
    plain: str
    """The same in small letters and ASCII, character for character, with the codes behind it: what
    an error says of itself goes before the code that it was given."""
    codes: tuple[str, ...]
    """From the outermost to the leaf of the first root error, as they were written."""
    noise: bool
    """Whether there was clean-up talk."""
    log: LogLocation | None
    """Where the message says that the build's log is."""
    ids: tuple[str, ...]
    """Operation, correlation and request ids, each with its kind: support asks for them."""
    failed_in: str
    """`x-ms-failure-cause`: `service` (the provider) or `gateway` (ARM), "" if it is not told."""

    @property
    def leaf(self) -> str:
        """The code that tells most, "" if there is none."""
        return self.codes[-1] if self.codes else ""


def read(symptom: Symptom) -> Reading:
    """Read what an error says."""
    words = " ".join(_bounded(symptom.message).replace('\\"', '"').replace("\\n", " ").split())
    text, noise = _NOISE.subn(" ", words)
    codes = _codes(symptom.code.strip()[:_CODE_MAX], text)
    header = _CAUSE_HEADER.search(text)
    return Reading(
        text=text,
        plain=_plain(" ".join((text, "|", *codes))),
        codes=codes,
        noise=noise > 0,
        log=find(text),
        ids=ids_in(text),
        failed_in=header[1].lower() if header else "",
    )


_CODE_MAX = 200


def _bounded(text: str) -> str:
    if len(text) <= TEXT_LIMIT:
        return text
    half = TEXT_LIMIT // 2
    return f"{text[:half]} … {text[-half:]}"


def _plain(text: str) -> str:
    """Return small ASCII letters, one for each character: positions stay, whatever the script."""
    return text.encode("ascii", "replace").lower().decode("ascii")


def _codes(outer: str, text: str) -> tuple[str, ...]:
    """Return the codes down to the first that is no mere wrapper: the first root error's leaf."""
    found = [outer] if outer else []
    for match in _CODE.finditer(text):
        code = next(filter(None, match.groups()))
        if code not in found:
            found.append(code)
        if code.lower() not in WRAPPERS:
            break
    return tuple(found[:_IDS_MAX])


def ids_in(text: str) -> tuple[str, ...]:
    """Return the operation, correlation and request ids in a text, each with its kind."""
    named = (f"{each['kind'].lower()} id {each['id'].lower()}" for each in _ID.finditer(text))
    return tuple(dict.fromkeys(named))[:_IDS_MAX]
