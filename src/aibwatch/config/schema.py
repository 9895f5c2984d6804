"""`Settings`: the one frozen value that the rest of the product is given.

It is made by `load.load` only.
"""

import hashlib
import json
import re

from pydantic import JsonValue

from aibwatch.config.channels import ChannelSection
from aibwatch.config.drilling import DrillPublish, DrillsSection
from aibwatch.config.duration import render
from aibwatch.config.fleet import ImageSection, ReplicateSection
from aibwatch.config.section import Section
from aibwatch.config.sections import (
    AzureSection,
    CanarySection,
    DetectionSection,
    FailoverSection,
    HttpSection,
    LogReading,
    LogSection,
    MetricsSection,
    PollSection,
    ReadinessSection,
    StoreSection,
)
from aibwatch.config.values import Subscriptions
from aibwatch.model.image import Image
from aibwatch.model.policy import Policy

PER_DAY_FLOOR = 10
"""`failover.per_day: auto` is never less than this."""

PER_REGION = 5
"""What `failover.per_region: auto` means."""


class Settings(Section):
    """The whole configuration."""

    azure: AzureSection = AzureSection()
    subscriptions: Subscriptions = frozenset()
    """Further subscriptions to watch; those of `images` are implied."""
    images: tuple[ImageSection, ...] = ()
    """What is protected; empty: nothing."""
    poll: PollSection = PollSection()
    detection: DetectionSection = DetectionSection()
    failover: FailoverSection = FailoverSection()
    canary: CanarySection = CanarySection()
    readiness: ReadinessSection = ReadinessSection()
    drills: DrillsSection = DrillsSection()
    replicate: tuple[ReplicateSection, ...] = ()
    """What templates use in other regions, region by region; empty: `replicate` must be told."""
    notify: tuple[ChannelSection, ...] = ()
    """Channels in which people are told; empty: none."""
    store: StoreSection = StoreSection()
    http: HttpSection = HttpSection()
    metrics: MetricsSection = MetricsSection()
    log: LogSection = LogSection()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is allowed but surely not meant."""
        found = []
        if self.detection.debounce < self.poll.max_age:
            found.append(
                f"detection.debounce ({render(self.detection.debounce)}) is less than poll.max_age"
                f" ({render(self.poll.max_age)}): an outage may rest on one old read"
            )
        if self.drills.schedule and not self._can_be_drilled():
            found.append("drills.schedule: no image has a drill template, so nothing is rehearsed")
        if self.http.in_the_clear:
            found.append(
                f"http.listen ({self.http.listen}) is reached by other machines and takes orders,"
                " but speaks no TLS: whoever listens on the network has the token; set"
                " http.tls.cert_file and key_file, or http.tls_by_proxy: true if a proxy does it"
            )
        if not self.images:
            found.append("images: none is configured, so nothing is protected")
        return tuple(found)

    @property
    def watches(self) -> bool:
        """Whether there is anything to watch; what is found later is found in subscriptions."""
        return bool(self.images or self.subscriptions)

    def _can_be_drilled(self) -> bool:
        on_secondaries = self.drills.publish is DrillPublish.LATEST
        return any(each.drill or (on_secondaries and each.templates[1:]) for each in self.images)

    @property
    def sha256(self) -> str:
        """Hash of all effective values but secrets: names one generation of the configuration."""
        canonical = json.dumps(self.redacted(), sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()

    def redacted(self) -> dict[str, JsonValue]:
        """Return all effective values as plain ones, secrets masked."""
        dumped: dict[str, JsonValue] = self.model_dump(mode="json")
        return {key: _masked(value) for key, value in dumped.items()}

    def fleet(self) -> tuple[Image, ...]:
        """Return the images, by priority, then name."""
        images = (each.image() for each in self.images)
        return tuple(sorted(images, key=lambda image: (image.priority, image.name)))

    def policy(self) -> Policy:
        """Return the numbers that the core decides by."""
        per_region, per_day = self.failover.per_region, self.failover.per_day
        return Policy(
            interval=self.poll.interval,
            active_interval=self.poll.active_interval,
            health_interval=self.poll.health_interval,
            max_age=self.poll.max_age,
            readiness_interval=self.readiness.interval,
            readiness_max_age=self.readiness.max_age,
            debounce=self.detection.debounce,
            window=self.detection.window,
            families=self.detection.families,
            healthy_delay=self.detection.healthy_delay,
            self_suspect_share=self.detection.self_suspect_share,
            services=frozenset(each.lower() for each in self.detection.services),
            dependencies=frozenset(each.lower() for each in self.detection.dependencies),
            signatures=tuple(each.row() for each in self.detection.signatures),
            logs=self.detection.logs is LogReading.AUTO,
            request_timeout=self.failover.request_timeout,
            settle=self.failover.settle,
            warmup_sweeps=self.failover.warmup_sweeps,
            max_failure_age=self.failover.max_failure_age,
            incident_failure_age=self.failover.incident_failure_age,
            attempt_gap=self.failover.attempt_gap,
            lost_run=self.failover.lost_run,
            stuck_policy=self.failover.stuck_policy,
            cooldown=self.failover.cooldown,
            per_region=PER_REGION if per_region == "auto" else per_region,
            total=self.failover.total,
            per_day=max(PER_DAY_FLOOR, 2 * len(self.images)) if per_day == "auto" else per_day,
            max_hops=self.failover.max_hops,
            canaries=tuple(sorted(self.canary.templates.items())),
            canary_interval=self.canary.interval,
            canary_on_suspicion=self.canary.on_suspicion,
            canary_per_day=self.canary.max_per_day,
            drills=self.drills.drills(),
        )


def _masked(value: JsonValue) -> JsonValue:
    """Mask passwords in addresses; SecretStr masks itself."""
    if isinstance(value, dict):
        return {key: _masked(each) for key, each in value.items()}
    return re.sub(r"//[^/@]*@", "//**********@", value) if isinstance(value, str) else value
