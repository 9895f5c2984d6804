"""`notify`: where people are told, key by key; relations between its keys are checked here too."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, SecretStr

from aibwatch.config.problems import KeyPath
from aibwatch.config.section import Section
from aibwatch.config.values import AbsolutePath, Text, web_address
from aibwatch.model.notification import FIELDS, ChannelKind, News


class MailTls(StrEnum):
    """How a mail server is spoken to; never without TLS."""

    STARTTLS = "starttls"
    TLS = "tls"
    """From the first byte."""


_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")


def _channel_name(value: str) -> str:
    if not _NAME.fullmatch(value):
        message = "is no name of a channel; use up to 40 of a-z, A-Z, 0-9, '_' and '-'"
        raise ValueError(message)
    return value


def _template(value: str) -> str:
    # Most configurations have no template, and a start need not wait for the engine.
    from jinja2 import TemplateSyntaxError  # noqa: PLC0415
    from jinja2.meta import find_undeclared_variables  # noqa: PLC0415
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415

    engine = ImmutableSandboxedEnvironment()
    try:
        engine.compile(value)  # which knows filters and tests, too
    except TemplateSyntaxError as error:
        message = f"is no template of Jinja2: line {error.lineno}: {error.message}"
        raise ValueError(message) from None
    wrong = find_undeclared_variables(engine.parse(value)) - FIELDS - engine.globals.keys()
    if wrong:
        names = ", ".join(map(repr, sorted(wrong)))
        message = (
            f"shows {names}, and no notification has that; there are {', '.join(sorted(FIELDS))}"
        )
        raise ValueError(message)
    return value


def _url(value: object) -> object:
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    problem = url_problem(text) if isinstance(text, str) else "is no text; put it in quotes"
    if problem:
        raise ValueError(problem)
    return value


def url_problem(text: str) -> str:
    """Say what is wrong with the address of a channel, "" if nothing is."""
    right = web_address(text.partition("?")[0], ("https", "http")) and text.isprintable()
    return "" if right else "is no address; write https://host/path"


def _server(value: str) -> str:
    try:
        parts = urlsplit(f"//{value}")
        right = bool(parts.hostname and parts.port) and parts.netloc == value and "@" not in value
    except ValueError:
        right = False
    if not right:
        message = "is no mail server; write host:port, such as smtp.example.com:587"
        raise ValueError(message)
    return value


def _address(value: str) -> str:
    local, _, host = value.rpartition("@")
    if not local or not host or not value.isprintable() or any(each in value for each in " ,;<>"):
        message = "is no address of mail; write name@host"
        raise ValueError(message)
    return value


Address = Annotated[Text, AfterValidator(_address)]
Events = Annotated[frozenset[News], PlainSerializer(sorted, return_type=list[str])]


class ChannelSection(Section):
    """One channel."""

    name: Annotated[Text, AfterValidator(_channel_name)]
    """What it is called in logs and metrics, and in the journal: under another name what was told
    in the last hours is told once more."""
    kind: ChannelKind
    """How it is spoken to."""
    events: Events = frozenset()
    """What it is told; empty: everything."""
    template: Annotated[Text, AfterValidator(_template)] | None = None
    """A template of Jinja2 for the text; null: title, reason, version, time, head of the chain."""
    url: Annotated[SecretStr, BeforeValidator(_url)] | None = None
    """Of a webhook, Slack or Teams, or the root of Alertmanager; whoever knows it can write there,
    so it is shown nowhere."""
    url_file: AbsolutePath | None = None
    """File with that, not readable by everybody, in place of `url`."""
    secret_file: AbsolutePath | None = None
    """File with the secret that signs the requests to a webhook; null: they are not signed."""
    server: Annotated[Text, AfterValidator(_server)] | None = None
    """Mail server, `host:port`."""
    tls: MailTls = MailTls.STARTTLS
    """`starttls`, as on port 587; `tls` from the first byte, as on 465. Never without."""
    username: Text | None = None
    """At the mail server; null: it wants none."""
    password_file: AbsolutePath | None = None
    """File with the password for that, not readable by everybody."""
    sender: Address | None = None
    """Whom mails come from."""
    to: tuple[Address, ...] = ()
    """Whom they go to."""
    ca_file: AbsolutePath | None = None
    """CA bundle (PEM) for this channel; null: the system's."""
    allow_link_local: bool = False
    """Whether it may be at a link-local address; there a machine hands out its own secrets."""


MAIL_KEYS = ("server", "username", "password_file", "sender", "to")
POST_KEYS = ("url", "url_file")
SECRET_URLS = (ChannelKind.SLACK, ChannelKind.TEAMS)


def problems_of(channels: tuple[ChannelSection, ...]) -> Iterator[tuple[KeyPath, str]]:
    """Yield what is wrong between keys that are each right by themselves, and where."""
    first_of: dict[str, int] = {}
    for at, each in enumerate(channels):
        first = first_of.setdefault(each.name, at)
        if first != at:
            says = f"{each.name!r} is also the name of notify[{first}]; names must differ"
            yield ("notify", at, "name"), says
        for key, says in _own_problems(each):
            yield ("notify", at, key), says


def _own_problems(channel: ChannelSection) -> Iterator[tuple[str, str]]:
    mail = channel.kind is ChannelKind.EMAIL
    given = {key for key in (*MAIL_KEYS, *POST_KEYS, "secret_file") if getattr(channel, key)}
    strange = {*(POST_KEYS if mail else MAIL_KEYS), "secret_file"}
    if channel.kind is ChannelKind.WEBHOOK:
        strange.remove("secret_file")
    for key in sorted(strange & given):
        yield key, f"means nothing with kind {channel.kind}; take it out"
    yield from _mail_problems(given) if mail else _post_problems(channel, given)


def _mail_problems(given: set[str]) -> Iterator[tuple[str, str]]:
    for key in ("server", "sender", "to"):
        if key not in given:
            yield key, "is missing: kind email needs it"
    if ("username" in given) != ("password_file" in given):
        yield "username", "and password_file go together; give both, or none"


def _post_problems(channel: ChannelSection, given: set[str]) -> Iterator[tuple[str, str]]:
    if len(given & set(POST_KEYS)) != 1:
        yield "url", f"or url_file is needed with kind {channel.kind}: one of them, not both"
    url = channel.url.get_secret_value() if channel.url else "https:"
    if channel.kind in SECRET_URLS and not url.startswith("https:"):
        yield "url", "must be https: whoever reads it can write there"
