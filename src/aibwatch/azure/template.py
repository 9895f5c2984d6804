"""An imageTemplate on the wire -> `model.template.Template`.

Bodies are read piece by piece, so that one template that makes no sense costs only itself.
Shapes: azure-mgmt-imagebuilder 2.0.0, API version 2025-10-01.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import lru_cache
from operator import attrgetter
from sys import intern
from typing import TypeVar

from aibwatch.azure.instants import UNDATED, instant
from aibwatch.azure.recipe import Ingredients, identities, recipe
from aibwatch.azure.source import base_of
from aibwatch.azure.wire import Raw, Wire, WireError, members, read_anything, reader, shaper
from aibwatch.azure.words import told
from aibwatch.model.body import Body, body_of
from aibwatch.model.names import (
    DefinitionId,
    Region,
    TemplateId,
    region,
    subscription_of,
    template_id,
)
from aibwatch.model.template import ProvisioningState, Run, RunState, Template

DEFAULT_TIMEOUT = 240
"""Minutes; what 0 or no `buildTimeoutInMinutes` means (image-builder-json.md)."""

LONGEST_TIMEOUT = 960
"""Minutes; more is not allowed (image-builder-json.md) and read as nonsense, so as the default."""

LINEAGE = "aibwatch-image"
"""The tag that names the image a template belongs to."""

ROLE, RANK = "aibwatch-role", "aibwatch-priority"
"""The tags that say what it is there, and where it stands."""

RANK_DIGITS = 4
"""Longer numbers are read as none: there are not so many secondaries."""

IN_A_ROW = 50
"""So many templates that changed are read without waiting for more: some 5 ms."""

T = TypeVar("T")


class LastRun(Wire):
    """`lastRunStatus`; absent until the first run."""

    start_time: str | None = None
    end_time: str | None = None
    run_state: str | None = None
    run_sub_state: str | None = None
    message: str | None = None


class _TargetRegion(Wire):
    name: str | None = None


class _Distributor(Wire):
    type: str | None = None
    run_output_name: str | None = None
    gallery_image_id: str | None = None
    replication_regions: list[str | None] | None = None
    target_regions: list[_TargetRegion | None] | None = None
    exclude_from_latest: bool | None = None


class _ProvisioningError(Wire):
    provisioning_error_code: str | None = None
    message: str | None = None


class _AutoRun(Wire):
    state: str | None = None


class _Properties(Ingredients):
    distribute: list[_Distributor | None] | None = None
    build_timeout_in_minutes: int | None = None
    provisioning_state: str | None = None
    provisioning_error: _ProvisioningError | None = None
    last_run_status: LastRun | None = None
    auto_run: _AutoRun | None = None
    exact_staging_resource_group: str | None = None


class _Identity(Wire):
    user_assigned_identities: dict[str, object] | None = None


class _SystemData(Wire):
    last_modified_at: str | None = None


class _Template(Wire):
    id: str | None = None
    location: str | None = None
    identity: _Identity | None = None
    system_data: _SystemData | None = None
    tags: dict[str, str | None] | None = None
    properties: _Properties | None = None


class _Page(Wire):
    value: list[Raw] | None = None
    next_link: str | None = None


_id_of = attrgetter("id")
_read_page = reader(_Page)
_template = shaper(_Template)
_RUN_STATES = members(RunState)
_PROVISIONING_STATES = members(ProvisioningState)


class Sweep:
    """One pass over all pages of a subscription, given what the pass before knew.

    Theory of operation. A template whose bytes are the same is the same object again, found by
    the hash of its bytes, so a sweep costs about a decoding of the pages into raw items. Python
    hashes bytes by SipHash, 64 bits, with a key that is new in each process: of 10,000 templates
    of which 100 change in each sweep, one would be taken for another once in 10^13 sweeps, and
    nobody can craft one. Whatever this pass did not show is forgotten with the pass before.
    Those that changed are read several in a row, as one alone between two pages costs twice as
    much: by then the processor's caches hold pages and no longer the code that reads a template.
    """

    def __init__(self, before: Mapping[int, Template | None]) -> None:
        """Begin a pass with what the one before left in `known`."""
        self._before = before
        self._shown: dict[int, Template | None] = {}
        self._unread: dict[int, bytes] = {}
        """What the one before did not know, until it is read: copies, which keep no page alive."""

    @property
    def known(self) -> Mapping[int, Template | None]:
        """What the pages showed, by hash of its bytes; None for an item that makes no sense."""
        self._read()
        return self._shown

    def _read(self) -> None:
        self._shown.update({key: _template_or_none(each) for key, each in self._unread.items()})
        self._unread.clear()

    def take(self, page: bytes) -> str:
        """Take one page in and return the link to the next, "" on the last.

        Raises WireError if the page itself cannot be read.
        """
        wire = _read_page(page)
        if wire.value is None:
            message = f"a page of {len(page)} bytes has no value"
            raise WireError(message)
        before, keys = self._before, list(map(hash, map(bytes, wire.value)))
        self._shown.update(zip(keys, map(before.get, keys), strict=True))
        items = zip(keys, wire.value, strict=True)
        self._unread.update((key, bytes(raw)) for key, raw in items if key not in before)
        if len(self._unread) >= IN_A_ROW:
            self._read()
        return wire.next_link or ""

    def templates(self) -> list[Template]:
        """Return what the pages showed, each template once; what makes no sense is left out."""
        shown = list(filter(None, self.known.values()))
        return list(dict(zip(map(_id_of, shown), shown, strict=True)).values())


def _template_or_none(body: bytes) -> Template | None:
    try:
        return read_template(body)
    except WireError:
        return None


def read_template(body: bytes | Raw) -> Template:
    """Return the template that a body shows. Raises WireError if it shows none."""
    told = _told(body)
    wire = _template(told)
    properties = wire.properties or _Properties()
    identifier = _identifier(wire.id)
    published = [each for each in properties.distribute or () if each]
    gallery = next((each for each in published if _to_gallery(each)), None)
    of_template = (wire.identity and wire.identity.user_assigned_identities) or ()
    minutes = _minutes(properties.build_timeout_in_minutes)
    place = region(wire.location or "")
    return Template(
        id=identifier,
        region=place,
        provisioning=_provisioning(properties.provisioning_state),
        recipe=recipe(properties, minutes),
        identities=identities(of_template, properties),
        run=read_run(identifier, properties.last_run_status),
        build_timeout=_duration(minutes),
        modified=instant(wire.system_data and wire.system_data.last_modified_at),
        definition=_definition(gallery),
        targets=_shared(_targets(gallery)),
        excluded=_excluded(published),
        outputs=_shared(_outputs(published, gallery)),
        provisioning_error=_provisioning_error(properties.provisioning_error),
        staging=(properties.exact_staging_resource_group or "").strip().lower().rstrip("/"),
        lineage=_shared(_tag(wire.tags, LINEAGE)),
        role=_tag(wire.tags, ROLE).strip().lower(),
        rank=_rank(_tag(wire.tags, RANK).strip()),
        automatic=_automatic(properties.auto_run),
        base=base_of(properties.source, place, subscription_of(identifier)),
        revision=_body(identifier, told).revision,
    )


def read_body(body: bytes | Raw, *, late: bool = False) -> Body:
    """Return what a template's owner wrote. Raises WireError if it shows no template."""
    told = _told(body)
    return _body(_identifier(str(told.get("id"))), told, late=late)


def _told(body: bytes | Raw) -> Mapping[str, object]:
    """Return the whole of it, read once; whoever reads it further takes his pieces of this."""
    told = read_anything(body)
    if not isinstance(told, Mapping):
        message = "no object at all"
        raise WireError(message)
    return told


def _body(template: TemplateId, told: Mapping[str, object], *, late: bool = False) -> Body:
    try:
        return body_of(template, told, late=late)
    except RecursionError:
        message = "nested too deep for a template"
        raise WireError(message) from None


def read_run(template: TemplateId, wire: LastRun | None) -> Run | None:
    """Return the last run, None if there was none.

    A run whose start nobody can read is UNKNOWN: without its start it has no identity, so that
    nothing may be concluded from its state.
    """
    if wire is None or not (wire.start_time or wire.run_state):
        return None
    started = instant(wire.start_time)
    state = _RUN_STATES.get((wire.run_state or "").lower(), RunState.UNKNOWN)
    return Run(
        template=template,
        started=started or UNDATED,
        state=state if started else RunState.UNKNOWN,
        ended=instant(wire.end_time),
        phase=wire.run_sub_state or "",
        message=told(wire.message),
    )


def _identifier(text: str | None) -> TemplateId:
    try:
        return template_id(text or "")
    except ValueError:
        message = "an object without the id of an image template"
        raise WireError(message) from None


def _provisioning(text: str | None) -> ProvisioningState:
    return _PROVISIONING_STATES.get((text or "").lower(), ProvisioningState.UNKNOWN)


def _excluded(published: Iterable[_Distributor]) -> bool:
    galleries = [each for each in published if _to_gallery(each)]
    return bool(galleries) and all(each.exclude_from_latest for each in galleries)


@lru_cache(maxsize=LONGEST_TIMEOUT)
def _duration(minutes: int) -> timedelta:
    """Return a duration, the same object for the same minutes."""
    return timedelta(minutes=minutes)


@lru_cache(maxsize=256)
def _shared(told: T) -> T:
    """Return the first of all that are equal: a primary and its secondaries say much the same."""
    return told


def _minutes(told: int | None) -> int:
    return told if told and 0 < told <= LONGEST_TIMEOUT else DEFAULT_TIMEOUT


def _to_gallery(wire: _Distributor) -> bool:
    return (wire.type or "").lower() == "sharedimage" and bool(wire.gallery_image_id)


def _definition(wire: _Distributor | None) -> DefinitionId | None:
    """Return the definition; an id that names one version names its definition too."""
    if wire is None or not wire.gallery_image_id:
        return None
    canonical = wire.gallery_image_id.strip().lower().rstrip("/")
    return DefinitionId(intern(canonical.partition("/versions/")[0]))


def _targets(wire: _Distributor | None) -> tuple[Region, ...]:
    """Return the target regions; `replicationRegions` is the older way to say them."""
    if wire is None:
        return ()
    named = [each.name for each in wire.target_regions or () if each]
    names = named or wire.replication_regions or ()
    return tuple(dict.fromkeys(region(name) for name in names if name))


def _outputs(published: Iterable[_Distributor], gallery: _Distributor | None) -> tuple[str, ...]:
    """Return the run output names, that of the gallery version first."""
    ordered = sorted(published, key=lambda each: each is not gallery)
    return tuple(each.run_output_name for each in ordered if each.run_output_name)


def _provisioning_error(wire: _ProvisioningError | None) -> str:
    if wire is None:
        return ""
    return told(": ".join(part for part in (wire.provisioning_error_code, wire.message) if part))


def _tag(tags: Mapping[str, str | None] | None, wanted: str) -> str:
    """Return the value of a tag; Azure compares names of tags without regard to case."""
    found = (tags or {}).items()
    return next((value or "" for name, value in found if name.lower() == wanted), "")


def _rank(text: str) -> int | None:
    """Return the number that a tag says, None if it says none."""
    is_number = text.isascii() and text.isdigit() and len(text) <= RANK_DIGITS
    return int(text) if is_number else None


def _automatic(wire: _AutoRun | None) -> bool | None:
    return wire.state.lower() == "enabled" if wire and wire.state else None
