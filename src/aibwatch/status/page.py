"""The status page: what the API says, for people. No assets, one inline style, one script of ours.

It needs no script: without one the browser loads it anew every few seconds. The script does that in
place, so that whoever reads or listens to it keeps his position, and says when nobody answers.

What Azure, a configuration or an operator wrote is shown as text, never as markup: every value is
escaped by the template engine, and the policy lets the browser load nothing but what is ours.
"""

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from aibwatch.status.drawing import drawing
from aibwatch.status.plain import Json

if TYPE_CHECKING:
    from jinja2 import Environment

REFRESH_SECONDS = 5
_TEMPLATES = files("aibwatch.status") / "templates"
_STYLE = (_TEMPLATES / "style.css").read_text()
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; script-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Nothing may be loaded or run but the style whose hash this is, and what we serve ourselves."""
SCRIPT = (_TEMPLATES / "live.js").read_text()
"""Renews the page in place."""


def render(name: str, values: Mapping[str, Json]) -> str:
    """Return the page made by the template `name` (`status` or `image`) from API values."""
    template = _environment().get_template(f"{name}.html.j2")
    return template.render(values, style=_STYLE, refresh=REFRESH_SECONDS)


def clock(instant: str | None) -> str:
    """Return the time of day, with the date where it is not obvious: `2 Mar 12:00 UTC`."""
    return f"{datetime.fromisoformat(instant):%-d %b %H:%M} UTC" if instant else "never"


def ago(instant: str | None, now: str) -> str:
    """Return how long before `now` it was, in one or two units: `14 min`, `3 h 5 min`, `2 d`."""
    if not instant:
        return "never"
    return span(datetime.fromisoformat(now) - datetime.fromisoformat(instant))


def span(length: timedelta) -> str:
    """Return a duration in its one or two greatest units."""
    seconds = max(0, round(length.total_seconds()))
    days, hours, minutes = seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min" if minutes else f"{seconds} s"


def seconds(length: float) -> str:
    """Return a number of seconds as a duration."""
    return span(timedelta(seconds=length))


def lead(length: float) -> str:
    """Return which way a lead of so many seconds went: `27 min after aibwatch`."""
    return f"{seconds(abs(length))} {'before' if length < 0 else 'after'} aibwatch"


def share(part: float | None) -> str:
    """Return a share in percent, or that there is none."""
    return "not known yet" if part is None else f"{part:.0%}"


def words(name: str) -> str:
    """Return a name of the code as words: `platform_outage` is `platform outage`."""
    return name.replace("_", " ")


def _load(name: str) -> str:
    return (_TEMPLATES / name).read_text()


@cache
def _environment() -> "Environment":
    """Return what makes pages; the engine is imported with the first: a scrape needs none."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined  # noqa: PLC0415

    made = Environment(
        loader=FunctionLoader(_load),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(clock=clock, ago=ago, words=words, seconds=seconds, lead=lead, share=share)
    made.filters.update(drawing=drawing)
    return made
