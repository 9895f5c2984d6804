"""Every key, section by section: its unit, what null or empty means, and why its default is so.

`schema.Settings` puts the sections together; relations between keys are in `checks`.
"""

from enum import StrEnum
from fractions import Fraction
from ipaddress import ip_address

from pydantic import Field, SecretStr

from aibwatch.config.duration import parse
from aibwatch.config.section import Section
from aibwatch.config.values import (
    AbsolutePath,
    Canaries,
    Cap,
    Duration,
    Endpoint,
    Lease,
    Listen,
    Names,
    PatternText,
    Proxy,
    Share,
    SignatureName,
    StoreUrl,
    Text,
    Whole,
)
from aibwatch.model.access import CloudName, CredentialKind
from aibwatch.model.ownsignature import OwnSignature
from aibwatch.model.policy import StuckPolicy
from aibwatch.model.symptom import Where
from aibwatch.model.verdict import Cause


class LogReading(StrEnum):
    """Whether build logs are read."""

    AUTO = "auto"
    """Where the extra `blob` is installed and the staging account may be read."""
    OFF = "off"


class LogLevel(StrEnum):
    """The least severe message that is written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    """How a message is written."""

    AUTO = "auto"
    """`console` on a terminal, else `json`."""
    JSON = "json"
    CONSOLE = "console"


class CredentialSection(Section):
    """How aibwatch logs in to Azure."""

    kind: CredentialKind = CredentialKind.AUTO
    """`auto` because it is right on Kubernetes and on a VM, and never a developer's own login."""
    client_id: Text | None = None
    """Client id of a user-assigned identity; null: AZURE_CLIENT_ID, or the only one there is."""
    token: SecretStr | None = None
    """The token of kind `static`; null with every other kind."""


class AzureSection(Section):
    """Where Azure is and how it is reached."""

    endpoint: Endpoint | None = None
    """Another ARM endpoint, https only; null: the cloud's own."""
    cloud: CloudName = CloudName.PUBLIC
    """Which Azure; `public` because nearly everybody is there."""
    ca_file: AbsolutePath | None = None
    """CA bundle (PEM) for ARM and blob endpoints; null: the system's."""
    proxy: Proxy | None = None
    """HTTP proxy for requests to Azure; null: what HTTPS_PROXY says, if it is set."""
    credential: CredentialSection = CredentialSection()


class PollSection(Section):
    """How often Azure is asked."""

    interval: Duration = parse("60s")
    """Between two sweeps; a build takes 20 minutes and more, so a minute is soon enough."""
    active_interval: Duration = parse("10s")
    """Between two reads of a template whose run goes on: its end is what matters."""
    health_interval: Duration = parse("60s")
    """Between two reads of each source that is not a template, such as Service Health."""
    max_age: Duration = parse("150s")
    """Older reads are no longer acted on; two sweeps may fail before that."""


class SignatureSection(Section):
    """One row of the owner's own, by which errors are known."""

    name: SignatureName
    """What it is called, `own:` before it, in reasons and journals."""
    pattern: PatternText
    """A regular expression, found anywhere in the text, without regard to case."""
    cause: Cause
    """What such an error means."""
    says: Text = ""
    """What it means, for people; empty: nothing more than its name."""
    where: Where | None = None
    """The only place where it may match; null: anywhere."""

    def row(self) -> OwnSignature:
        """Return it in the words of the model."""
        return OwnSignature(self.name, self.pattern, self.cause, self.says, self.where)


class DetectionSection(Section):
    """When a region is held to be out."""

    debounce: Duration = parse("3m")
    """Evidence must agree for this long without a break; more than `poll.max_age`, so that it
    rests on more than one read."""
    window: Duration = parse("30m")
    """How far back rates (peers, provider) look."""
    families: Whole = Field(default=2, ge=2, le=6)
    """How many independent families must agree; never less than 2 of the 6 there are, because one
    alone is never enough."""
    healthy_delay: Duration = parse("30m")
    """Evidence must be good for this long before a region is healthy again: regions relapse."""
    self_suspect_share: Share = Fraction(1, 2)
    """Above this share of bad regions (with 4 or more known) we distrust ourselves, not Azure."""
    services: Names = frozenset({"Azure Image Builder", "Azure VM Image Builder"})
    """Names in Service Health of the service itself: a notice that names one is full evidence.
    Microsoft publishes no such list, so it can be set."""
    dependencies: Names = frozenset(
        {
            "Azure Compute Gallery",
            "Azure Container Instances",
            "Azure Resource Manager",
            "Container Instances",
            "Storage",
            "Virtual Machines",
        }
    )
    """Names of what it stands on: named alone they only support other evidence."""
    signatures: tuple[SignatureSection, ...] = ()
    """Rows of your own, tried before the built-in table in this order; empty: none."""
    logs: LogReading = LogReading.AUTO
    """Whether `customization.log` of failed builds is read; `auto`, because it tells a script's
    failure from a build that never reached its VM, where the text is the same."""


class FailoverSection(Section):
    """What bounds acting."""

    request_timeout: Duration = parse("20s")
    """How long one request to run or cancel may take in all. Then its answer counts as lost; where
    replicas share a store it is sent only with more than that left of the lease."""
    settle: Duration = parse("5m")
    """How long a request whose answer was lost may take to show; nothing is sent again before."""
    warmup_sweeps: Whole = Field(default=2, ge=1)
    """Full sweeps after a start before anything is started; 2, so that one odd read decides
    nothing."""
    max_failure_age: Duration = parse("2h")
    """Older failures are no longer answered: somebody has dealt with them by then."""
    incident_failure_age: Duration = parse("12h")
    """The same within an open incident, which may outlast a night."""
    attempt_gap: Duration = parse("30m")
    """Requests to run that are refused closer than this to one another are one failure: pipelines
    try again. Microsoft's own advice is to wait 30 minutes before trying again."""
    lost_run: Duration = parse("30m")
    """A run that went on when its region went out is lost once it could not be read for so long;
    AIB itself gives a build more than that, and a region often comes back sooner."""
    stuck_policy: StuckPolicy = StuckPolicy.ALERT
    """What to do about a primary's run that is older than any may be: `alert` tells, and waits for
    a person, because it may still end; `failover` takes it for lost."""
    cooldown: Duration = parse("6h")
    """After a failed failover, or across incidents, how long the image is left alone; each repeat
    doubles it, up to 48 hours."""
    total: Whole = Field(default=10, ge=1)
    """Open failovers at once: a mistake of ours must stay small."""
    per_region: Cap = "auto"
    """Open failovers at once that build in one region, so that an outage does not overrun the
    next one; `auto`: 5."""
    per_day: Cap = "auto"
    """Failovers in any 24 hours; `auto`: twice the number of images, at least 10."""
    max_hops: Whole = Field(default=2, ge=0)
    """How many further secondaries are tried after the first; 0: none."""


class CanarySection(Section):
    """Cheap templates that aibwatch runs itself, to learn whether a region builds at all."""

    templates: Canaries = Field(default_factory=dict)
    """By region the ARM id of its canary; naming one allows aibwatch to run it, whatever the mode
    of the images. Empty: none, as each run costs a build VM for its minutes."""
    interval: Duration = parse("6h")
    """Between two runs of a canary on schedule: four a day tell of a region where nobody builds."""
    on_suspicion: bool = True
    """Also run it when its region is suspect, or would take the builds of one that is: then the
    answer is worth most."""
    max_per_day: Whole = Field(default=4, ge=1)
    """Runs of one canary in any 24 hours, whatever asks for them: what it may cost."""


class ReadinessSection(Section):
    """How secondaries are checked."""

    interval: Duration = parse("15m")
    """Between two checks of a secondary; what is checked changes rarely."""
    max_age: Duration = parse("45m")
    """Older results hold a failover; two checks may fail before that."""


class StoreSection(Section):
    """Where the journal is kept."""

    url: StoreUrl = "sqlite:////var/lib/aibwatch/aibwatch.db"
    """`sqlite:///` and an absolute path, on a disk of this machine, for one daemon; the default is
    where the unit file and the container keep their state. Or the URL of a container in Azure
    Storage, for replicas that share it."""
    connection_string: SecretStr | None = None
    """Of the container's account, for an emulator or where there is no identity; null: the login
    of `azure.credential`, which is the better one, as it can be taken back."""
    lease: Lease = parse("30s")
    """How long a replica may lead without having said so again, where replicas share a store: the
    longest time without a leader after one died. Storage permits 15s to 60s."""

    retention: Duration = parse("400d")
    """What was seen and thought is kept for this long, or for as long as anything rests on it; what
    was done and said for ever. More than a year, so that this month can be held against the last
    one like it."""

    @property
    def shared(self) -> bool:
        """Whether it is a container, which replicas can share."""
        return not self.url.startswith("sqlite:")

    @property
    def path(self) -> str:
        """The absolute path of the SQLite file; "" if it is a container."""
        return "" if self.shared else self.url.removeprefix("sqlite:///")

    @property
    def account(self) -> str:
        """The URL of the container's account."""
        return self.url.rpartition("/")[0]

    @property
    def container(self) -> str:
        """The container's name."""
        return self.url.rpartition("/")[2]


class TlsSection(Section):
    """TLS of the daemon's own HTTP server; all null: it speaks plain HTTP."""

    cert_file: AbsolutePath | None = None
    """Certificate with its chain (PEM). The commands know the daemon by exactly this one, unless
    `ca_file` is set."""
    key_file: AbsolutePath | None = None
    """Its key (PEM), without a password and not readable by everybody."""
    ca_file: AbsolutePath | None = None
    """CA bundle (PEM) by which commands on another machine trust the daemon; then its certificate
    must be for the host of `http.listen`. Null: they compare it with `cert_file`."""

    @property
    def on(self) -> bool:
        """Whether the daemon of these settings speaks TLS."""
        return self.cert_file is not None or self.ca_file is not None


class HttpSection(Section):
    """The daemon's own HTTP server."""

    listen: Listen = "127.0.0.1:9877"
    """`host:port`; only this machine by default, as /metrics tells names of subscriptions."""
    token_file: AbsolutePath | None = None
    """File with the bearer token of changing calls; null: they are off."""
    tls: TlsSection = TlsSection()
    tls_by_proxy: bool = False
    """Whether a proxy before the daemon does TLS, so that no token crosses a network in the clear;
    false, as nobody but the owner can know."""

    @property
    def in_the_clear(self) -> bool:
        """Whether tokens may cross a network that others can listen to."""
        away = self.host != "localhost" and not _is_loopback(self.host)
        return away and bool(self.token_file) and not (self.tls.on or self.tls_by_proxy)

    @property
    def host(self) -> str:
        """The host without brackets."""
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """The port; 0 lets the system choose."""
        return int(self.listen.rpartition(":")[2])


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class MetricsSection(Section):
    """What a scrape of /metrics holds."""

    max_templates: Whole = Field(default=10_000, ge=1)
    """So many templates have series of their own, in the order of the images by priority and name;
    the rest have none, and the log says so. So many as by default make a scrape of 36 MB."""
    created: bool = False
    """Whether counters and histograms tell since when they count, by one more series of each
    (`_created`); false, as only a Prometheus that is told to makes use of it. Totals that go on
    over a restart, counted again from the journal, have no such time, nor has that of builds."""


class LogSection(Section):
    """What is written to stderr."""

    level: LogLevel = LogLevel.INFO
    """The least severe message that is written."""
    format: LogFormat = LogFormat.AUTO
    """`auto`: for people on a terminal, for machines elsewhere."""
