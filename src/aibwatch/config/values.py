"""The kinds of value that keys have, each read by one function that says what is wrong.

A message continues a sentence that begins with the value: "'5' is no duration; write …".
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
)

from aibwatch.config import cron, duration
from aibwatch.model.names import ImageName, Region, TemplateId, region, template_id
from aibwatch.model.ownsignature import costs_too_much
from aibwatch.model.readiness import TOLERABLE, Check

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PORT_MAX = 65535
LEASE_LEAST, LEASE_MOST = timedelta(seconds=15), timedelta(seconds=60)

_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,62}")
_SIGNATURE = re.compile(r"[a-z0-9][a-z0-9_]{0,39}")
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DRIFT = re.compile(r"\$(?:\.[A-Za-z_][A-Za-z0-9_-]*|\[(?:\d+|\*)\]|\['(?:[^'\\]|\\.)+'\])+")
_REGION = re.compile(r"[a-z0-9]{2,40}")


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    message = "is no text; "
    message += "write it" if value is None else "put it in quotes"
    raise ValueError(message)


def _not_empty(value: object) -> object:
    if value == []:
        message = "is empty; name at least the primary"
        raise ValueError(message)
    return value


def _whole(value: object) -> object:
    if not re.fullmatch(r"-?[0-9]{1,9}", str(value)):
        message = "is no whole number of up to nine digits; write one, such as 10"
        raise ValueError(message)
    return int(str(value))


def _share(value: object) -> Fraction:
    # Through its text: 0.1 as a binary float is not one tenth, and shares are counted in integers.
    try:
        share = Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        share = Fraction(0)
    if isinstance(value, bool) or not 0 < share <= 1:
        message = "is no share; write a number above 0 and up to 1, such as 0.5"
        raise ValueError(message)
    return share


def _cap(value: object) -> int | Literal["auto"]:
    if value == "auto":
        return "auto"
    if not re.fullmatch(r"[1-9][0-9]{0,8}", str(value)):
        message = "is neither auto nor a whole number from 1 to 999999999"
        raise ValueError(message)
    return int(str(value))


def _image_name(value: str) -> ImageName:
    if not _NAME.fullmatch(value):
        message = (
            "is no image name; use up to 63 of a-z, 0-9, '_', '.', '-', beginning with a letter"
            " or digit"
        )
        raise ValueError(message)
    return ImageName(value)


def _signature_name(value: str) -> str:
    if not _SIGNATURE.fullmatch(value):
        message = "is no name of a signature; use up to 40 of a-z, 0-9 and '_'"
        raise ValueError(message)
    return value


def _template(value: str) -> TemplateId:
    try:
        return template_id(value)
    except ValueError:
        message = (
            "is no image template id; it should look like /subscriptions/<guid>/resourceGroups/"
            "<group>/providers/Microsoft.VirtualMachineImages/imageTemplates/<name>, the name of"
            " up to 64 letters, digits, '_', '.', '-' (az image builder show --query id prints it)"
        )
        raise ValueError(message) from None


def _region(value: str) -> Region:
    name = region(value)
    if not _REGION.fullmatch(name):
        message = "is no region; write its name, such as westeurope"
        raise ValueError(message)
    return name


def _cron(value: str) -> str:
    wrong = cron.problem(value)
    if wrong:
        message = (
            f"is no cron expression ({wrong}); write minute, hour, day of month, month and day of"
            " week, such as '30 2 * * 1-5'"
        )
        raise ValueError(message)
    return value


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        message = "is no time zone; write an IANA name, such as Europe/Berlin, or UTC"
        raise ValueError(message) from None
    return value


def _day(value: str) -> str:
    if value.lower() not in DAYS:
        message = f"is no day; these are: {', '.join(DAYS)}"
        raise ValueError(message)
    return value.lower()


def _clock(value: str) -> str:
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value):
        message = 'is no time of day; write hours and minutes in quotes, such as "22:00"'
        raise ValueError(message)
    return value


def _by_region(value: object) -> object:
    """Return a mapping with its keys as ARM names of regions; two spellings of one are a slip."""
    if not isinstance(value, dict):
        message = "is no mapping; write region: template id, one a line"
        raise ValueError(message)  # noqa: TRY004  pydantic wants it so
    named: dict[Region, object] = {}
    for key, each in value.items():
        name = _region(str(key))
        if name in named:
            message = f"names the region {name} twice; keep one"
            raise ValueError(message)
        named[name] = each
    return named


def _tolerated(value: str) -> str:
    """Return an item's name, or `independence/` and the name of one thing in lower case."""
    check, slash, thing = value.partition("/")
    if check not in TOLERABLE or (slash and (check != Check.INDEPENDENCE or not thing)):
        known = ", ".join(sorted(TOLERABLE))
        message = (
            f"is no readiness item that may be tolerated; these are: {known},"
            " and independence/NAME for one thing alone"
        )
        raise ValueError(message)
    return value.lower()


def _drift_path(value: str) -> str:
    if not _DRIFT.fullmatch(value) or value.startswith("$.properties"):
        message = (
            "is no path of a recipe; write it as readiness and `aibwatch templates diff` do, such"
            " as $.vmProfile.vmSize or $.customize[*].name"
        )
        raise ValueError(message)
    return value


def _subscription(value: str) -> str:
    lower = value.strip().lower()
    if not _GUID.fullmatch(lower):
        message = "is no subscription id; it should look like 00000000-0000-0000-0000-000000000000"
        raise ValueError(message)
    return lower


def web_address(value: str, schemes: tuple[str, ...]) -> bool:
    """Whether a text is the address of a place on the web, without query and fragment."""
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return False
    return (
        parts.scheme in schemes
        and _is_host(parts.hostname or "")
        and value.isprintable()
        and " " not in value
        and port != 0
        and not (parts.query or parts.fragment)
    )


def _is_host(name: str) -> bool:
    """Whether a name can be looked up at all, as the system's own look-up demands it."""
    try:
        return bool(name.encode("idna")) and name.isprintable() and " " not in name
    except UnicodeError:
        return False


def _endpoint(value: str) -> str:
    bare = value.strip().rstrip("/")
    if not web_address(bare, ("https",)) or "@" in bare or urlsplit(bare).path:
        message = (
            "is no endpoint; write https://host or https://host:port (http is refused: tokens)"
        )
        raise ValueError(message)
    return bare


def _proxy(value: str) -> str:
    if not web_address(value, ("http", "https")):
        message = "is no proxy; write http://host:port"
        raise ValueError(message)
    return value


def listen_address(value: str) -> str:
    """Return an address to listen on as it is. Raises ValueError if it is none."""
    host, _, port = value.rpartition(":")
    bare = host.removeprefix("[").removesuffix("]")
    right_port = re.fullmatch(r"[0-9]{1,5}", port) is not None and int(port) <= PORT_MAX
    if not _is_host(bare) or not right_port or (":" in bare) != host.startswith("["):
        message = (
            "is no address to listen on; write host:port, such as 127.0.0.1:9877 or [::1]:9877"
        )
        raise ValueError(message)
    return value


def _store_url(value: str) -> str:
    sqlite = re.fullmatch(r"sqlite:////[^/?#][^?#]*[^/?#]", value)
    if not sqlite and not _is_container(value):
        message = (
            "is no store; write sqlite:// and an absolute path, such as sqlite:////data/a.db, or"
            " a container, such as https://account.blob.core.windows.net/aibwatch"
        )
        raise ValueError(message)
    return value


def _is_container(value: str) -> bool:
    """Whether a URL is that of a container: an account and a name, as Storage permits them."""
    web = web_address(value, ("https", "http")) and "@" not in value
    name = value.rpartition("/")[2]
    return web and re.fullmatch(r"(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*", name) is not None


def _lease(value: object) -> timedelta:
    found = duration.parse(value)
    if not LEASE_LEAST <= found <= LEASE_MOST or found % timedelta(seconds=1):
        message = "is no lease; Storage permits whole seconds, from 15s to 60s"
        raise ValueError(message)
    return found


def _pattern(value: str) -> str:
    try:
        empty = re.compile(value, re.IGNORECASE).search("")
    except re.error as error:
        message = f"is no regular expression ({error}); a literal sign is written with \\ before it"
        raise ValueError(message) from None
    if empty:
        message = "matches every text; write what must stand in the error"
        raise ValueError(message)
    cost = costs_too_much(value)
    if cost:
        raise ValueError(cost)
    return value


def _path(value: str) -> str:
    if not value.startswith("/") or "\0" in value:
        message = "is no absolute path; begin it with /"
        raise ValueError(message)
    return value


Text = Annotated[str, BeforeValidator(_text)]
Duration = Annotated[
    timedelta,
    PlainValidator(duration.parse),
    PlainSerializer(duration.render, return_type=str),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{1,12}(ms|s|m|h|d)$"}),
]
Lease = Annotated[
    timedelta,
    PlainValidator(_lease),
    PlainSerializer(duration.render, return_type=str),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{1,12}(ms|s|m|h|d)$"}),
]
Whole = Annotated[int, BeforeValidator(_whole)]
Share = Annotated[
    Fraction,
    PlainValidator(_share),
    PlainSerializer(float, return_type=float),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": 1}),
]
Cap = Annotated[
    int | Literal["auto"],
    PlainValidator(_cap),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 1}, {"const": "auto"}]}),
]
CronText = Annotated[str, BeforeValidator(_text), AfterValidator(_cron)]
TimezoneText = Annotated[str, BeforeValidator(_text), AfterValidator(_timezone)]
DayText = Annotated[str, BeforeValidator(_text), AfterValidator(_day)]
Days = tuple[DayText, ...]
ClockText = Annotated[str, BeforeValidator(_text), AfterValidator(_clock)]
ImageNameText = Annotated[ImageName, BeforeValidator(_text), AfterValidator(_image_name)]
TemplateText = Annotated[TemplateId, BeforeValidator(_text), AfterValidator(_template)]
RegionText = Annotated[Region, BeforeValidator(_text), AfterValidator(_region)]
Subscription = Annotated[Text, AfterValidator(_subscription)]
PatternText = Annotated[Text, AfterValidator(_pattern)]
SignatureName = Annotated[Text, AfterValidator(_signature_name)]
Endpoint = Annotated[Text, AfterValidator(_endpoint)]
Proxy = Annotated[Text, AfterValidator(_proxy)]
Listen = Annotated[Text, AfterValidator(listen_address)]
StoreUrl = Annotated[Text, AfterValidator(_store_url)]
Templates = Annotated[tuple[TemplateText, ...], BeforeValidator(_not_empty)]
Canaries = Annotated[Mapping[RegionText, TemplateText], BeforeValidator(_by_region)]
Names = Annotated[frozenset[Text], PlainSerializer(sorted, return_type=list[str])]
Regions = Annotated[frozenset[RegionText], PlainSerializer(sorted, return_type=list[str])]
Subscriptions = Annotated[frozenset[Subscription], PlainSerializer(sorted, return_type=list[str])]
TolerableText = Annotated[str, BeforeValidator(_text), AfterValidator(_tolerated)]
Tolerated = Annotated[frozenset[TolerableText], PlainSerializer(sorted, return_type=list[str])]
DriftPath = Annotated[Text, AfterValidator(_drift_path)]
AbsolutePath = Annotated[Text, AfterValidator(_path)]
