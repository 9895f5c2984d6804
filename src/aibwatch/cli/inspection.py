"""What `aibwatch check` finds out from Azure: may we, can we, and what is protected?

It only reads, and it judges secondaries by the very rules that the daemon acts by.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import starmap

from aibwatch.azure.instance import own_region
from aibwatch.cli.advice import advice, too_wide
from aibwatch.cli.finding import Finding, Trouble, caused, unreadable
from aibwatch.cli.reading import read_all, read_outputs
from aibwatch.cli.refusals import Refusals, missing
from aibwatch.cli.rights import ACTIVITY
from aibwatch.cli.whereabouts import Whereabouts, account_of
from aibwatch.collect.sightings import absorb
from aibwatch.config.schema import Settings
from aibwatch.daemon.clock import wall
from aibwatch.daemon.wiring import azure_of, subscriptions_of
from aibwatch.diagnose.notices import active, titles
from aibwatch.model.access import CredentialKind
from aibwatch.model.attempt import Attempt
from aibwatch.model.buildlog import LogState
from aibwatch.model.fault import Fault
from aibwatch.model.geography import only_here
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import ImageName, Region, Scope, TemplateId, name_of
from aibwatch.model.notice import Notice
from aibwatch.model.observation import (
    DefinitionSeen,
    NoticesSeen,
    Observation,
    SourceUnseen,
    TemplatesSeen,
    TemplateUnseen,
)
from aibwatch.model.offer import Offer
from aibwatch.model.policy import Policy
from aibwatch.model.readiness import Colour, Readiness
from aibwatch.model.state import Sightings
from aibwatch.model.template import ENDED, ProvisioningState, Template
from aibwatch.ports import Azure
from aibwatch.secondaries.candidates import pairless, places
from aibwatch.secondaries.checklist import Checklist
from aibwatch.secondaries.misconfigured import misconfigured

LOGS_TRIED = 3
"""Build logs that are read; whether they can be is the same for most of a fleet."""

Found = Mapping[tuple[ImageName, TemplateId], Readiness]
"""What was checked of each secondary."""

WITHOUT_LOGS = "a script's failure cannot be told from a build that never reached its VM"
ADD = "add it to images, or see what `aibwatch init` would propose"
WITHOUT_ACTIVITY = ACTIVITY.lost


def inspect(settings: Settings, metadata: str = "") -> list[Finding]:
    """Look at the Azure of `settings` as it is now; `metadata` tells where this machine is."""
    return asyncio.run(_inspect(settings, metadata))


async def _inspect(settings: Settings, metadata: str) -> list[Finding]:
    watched = subscriptions_of(settings)
    here = await own_region(metadata) if metadata else None
    where = Whereabouts(here, account_of(settings))
    refusals = Refusals()
    azure = await azure_of(settings, refusals)
    try:
        fleet, policy = settings.fleet(), settings.policy()
        daemons = settings.azure.credential.kind is not CredentialKind.CLI
        inspection = Inspection(fleet, watched, policy, wall(), where, refusals, daemons)
        return await inspection.of(azure)
    finally:
        await azure.close()


@dataclass(frozen=True, slots=True)
class Inspection:
    """One look at all that a fleet rests on."""

    fleet: Sequence[Image]
    subscriptions: Sequence[str]
    policy: Policy
    now: datetime
    where: Whereabouts = field(default_factory=Whereabouts)
    refusals: Refusals = field(default_factory=Refusals)
    """Observes the requests of the Azure that is looked at."""
    daemons: bool = True
    """Whether the login is one that a daemon has; a person's may do more, and it is no matter."""

    async def of(self, azure: Azure) -> list[Finding]:
        """Look, and return what was found. Reads nothing more where login fails."""
        logins = await self._logins(azure)
        if any(each.trouble is Trouble.PERMISSION for each in logins):
            return logins
        sightings, checklist = await self.look(azure)
        absorb(sightings, await self._sources(azure))
        attempts = await self._attempts(azure)
        eyes = [*self._activity(attempts), *await self._logs(azure, sightings)]
        where = await self.where.findings(azure, self.fleet, sightings)
        strange = [each async for each in self._strange(azure)]
        await read_outputs(azure, sightings)
        rights = list(missing(self.refusals, sightings))
        roles = [each async for each in self._roles(azure)]
        judged = self.judged(sightings, checklist.found)
        return [*logins, *where, *rights, *roles, *judged, *strange, *eyes]

    async def look(self, azure: Azure) -> tuple[Sightings, Checklist]:
        """Read all templates once and what they rest on, and check every secondary."""
        sightings = Sightings(booted=self.now)
        absorb(sightings, await self._templates(azure))
        published = {each.definition for each in sightings.templates.values()}
        for definition in sorted(each for each in published if each):
            answer = await azure.definition(definition)
            absorb(sightings, [DefinitionSeen(self.now, definition, answer)])
        watched = self.subscriptions
        checked = await read_all(azure, self.fleet, self.policy, sightings, watched, self.now)
        return sightings, checked

    async def _logins(self, azure: Azure) -> list[Finding]:
        answers = await asyncio.gather(*map(azure.azure_time, self.subscriptions))
        found: list[Finding] = []
        for subscription, answer in zip(self.subscriptions, answers, strict=True):
            if isinstance(answer, Fault):
                found.append(unreadable("login", answer))
            else:
                says = f"subscription {subscription} reached"
                found.append(Finding("login", Colour.GREEN, says))
                found += self._clock(answer - self.now)
        return list(dict.fromkeys(found))

    def _clock(self, skew: timedelta) -> list[Finding]:
        if abs(skew) <= self.policy.skew:
            return []
        says = (
            f"Azure's is {skew.total_seconds():+.0f} s from this machine's, allowed are"
            f" {self.policy.skew.total_seconds():.0f} s; set it (NTP), or nothing is ever started"
        )
        return [Finding("clock", Colour.RED, says, Trouble.TEMPORARY)]

    async def _templates(self, azure: Azure) -> list[Observation]:
        ids = [each for image in self.fleet for each in image.watched]
        ids += [template for _, template in self.policy.canaries]
        answers = await asyncio.gather(*map(azure.template, ids))
        return [
            TemplateUnseen(self.now, name, answer)
            if isinstance(answer, Fault)
            else TemplatesSeen(self.now, (answer,))
            for name, answer in zip(ids, answers, strict=True)
        ]

    async def _sources(self, azure: Azure) -> list[Observation]:
        answers = await asyncio.gather(*map(azure.events, self.subscriptions))
        told: list[tuple[str, Sequence[Notice] | Fault]] = [
            *zip((f"events {each}" for each in self.subscriptions), answers, strict=True),
            ("emerging issues", await azure.emerging()),
        ]
        return [
            SourceUnseen(self.now, source, answer)
            if isinstance(answer, Fault)
            else NoticesSeen(self.now, source, answer)
            for source, answer in told
        ]

    async def _attempts(self, azure: Azure) -> dict[str, Sequence[Attempt] | Fault]:
        """Ask each subscription's Activity Log for the last hour."""
        since = self.now - timedelta(hours=1)
        return {each: await azure.attempts(each, since) for each in self.subscriptions}

    def _activity(self, attempts: dict[str, Sequence[Attempt] | Fault]) -> Iterator[Finding]:
        """Say whether the Activity Log of each subscription can be read."""
        for subscription, answer in attempts.items():
            what = f"Activity Log {subscription}"
            if isinstance(answer, Fault):
                yield caused(what, Colour.YELLOW, answer, WITHOUT_ACTIVITY)
            else:
                says = f"{len(answer)} requests to run a template within the hour"
                yield Finding(what, Colour.GREEN, says)

    async def _strange(self, azure: Azure) -> AsyncIterator[Finding]:
        """Name what owners tagged as of an image and is in none: it is watched, never answered."""
        known = {each for image in self.fleet for each in image.watched}
        known |= {template for _, template in self.policy.canaries}
        for subscription in self.subscriptions:
            answer = await azure.templates(subscription)
            for each in () if isinstance(answer, Fault) else answer:
                if each.lineage and each.id not in known:
                    says = f"is tagged {each.lineage!r} by aibwatch-image and in no image: {ADD}"
                    yield Finding(f"template {name_of(each.id)}", Colour.YELLOW, says)

    async def _roles(self, azure: Azure) -> AsyncIterator[Finding]:
        """Say where aibwatch may run whatever there is, as far as that can be read.

        That it cannot is no right that is missing: it is asked out of curiosity.
        """
        canaries = [template for _, template in self.policy.canaries]
        for subscription in self.subscriptions if self.daemons else ():
            if await azure.may_run(Scope(f"/subscriptions/{subscription}")) is True:
                yield too_wide(subscription, self.fleet, canaries)

    async def _logs(self, azure: Azure, sightings: Sightings) -> list[Finding]:
        """Say whether build logs can be read, by a few of those that there should be."""
        if not self.policy.logs:
            return [Finding("build logs", Colour.YELLOW, f"off by detection.logs; {WITHOUT_LOGS}")]
        primaries = (sightings.templates.get(image.primary) for image in self.fleet)
        ran = [each for each in primaries if each and each.run and each.run.state in ENDED]
        return [await self._log(azure, each) for each in ran[:LOGS_TRIED]]

    async def _log(self, azure: Azure, template: Template) -> Finding:
        what = f"build log {name_of(template.id)}"
        log = await azure.build_log(template)
        if log.state in {LogState.PRESENT, LogState.ABSENT}:
            return Finding(what, Colour.GREEN, f"{log.state}: {log.says}")
        return Finding(what, Colour.YELLOW, f"{log.state}: {log.says}; {WITHOUT_LOGS}")

    def judged(self, sightings: Sightings, found: Found) -> Iterator[Finding]:
        """Yield what is to be said of regions, templates and images. Pure."""
        yield from self._regions(sightings)
        yield from starmap(partial(self._canary, sightings), self.policy.canaries)
        wrong = misconfigured({each.name: each for each in self.fleet}, sightings)
        for image in self.fleet:
            for template in image.watched:
                yield self._template(image, template, sightings, found)
            if image.name in wrong:
                says = f"held: it {wrong[image.name]}"
                yield Finding(image.name, Colour.RED, says, Trouble.NOT_READY)
            else:
                yield self._protection(image, sightings, found)
        yield from advice(self.fleet, self.policy.drills, sightings)

    def _regions(self, sightings: Sightings) -> Iterator[Finding]:
        for source, fault in sightings.source_faults.items():
            what, says = f"Service Health {source}", "regions are judged without it"
            yield caused(what, Colour.YELLOW, fault, says)
        services = self.policy.services | self.policy.dependencies
        for region in sorted({each.region for each in sightings.templates.values()}):
            notices = active(region, sightings, services, self.now)
            if notices:
                says = f"Microsoft says: {titles(notices)}"
                yield Finding(f"region {region}", Colour.YELLOW, says, Trouble.DEGRADED)
            else:
                yield Finding(f"region {region}", Colour.GREEN, "its templates can be read")

    def _canary(self, sightings: Sightings, region: Region, name: TemplateId) -> Finding:
        """Say whether a canary could be run, and what for; one that cannot protects less."""
        what = f"canary {region} {name_of(name)}"
        template = sightings.templates.get(name)
        if template is None:
            return unreadable(what, sightings.faults[name])
        if template.region != region:
            says = f"it lives in {template.region}; name it under that region"
            return Finding(what, Colour.YELLOW, says)
        if template.provisioning is not ProvisioningState.SUCCEEDED:
            return Finding(what, Colour.YELLOW, f"it is {template.provisioning}; make it anew")
        hours = self.policy.canary_interval / timedelta(hours=1)
        says = (
            f"run by aibwatch every {hours:g} h, at most {self.policy.canary_per_day} times a day;"
            " each run costs one build VM for its minutes"
        )
        return Finding(what, Colour.GREEN, says)

    def _template(
        self, image: Image, name: TemplateId, sightings: Sightings, found: Found
    ) -> Finding:
        role = {image.primary: "primary", image.drill: "drill template"}.get(name, "secondary")
        what = f"{image.name} {role} {name_of(name)}"
        template = sightings.templates.get(name)
        if template is None:
            return unreadable(what, sightings.faults[name])
        ran = f"last run {template.run.state}" if template.run else "never ran"
        says = f"{template.region}, {template.provisioning}, {ran}"
        if role == "primary":
            return Finding(what, Colour.GREEN, says)
        readiness = found[image.name, name]
        if readiness.ready:
            return Finding(what, Colour.GREEN, f"ready: {says}")
        lacks = "; ".join(f"{each.check}: {each.says}" for each in readiness.faults)
        return Finding(what, Colour.RED, f"not ready: {lacks}", Trouble.NOT_READY)

    def _protection(self, image: Image, sightings: Sightings, found: Found) -> Finding:
        """Say whether the image would be built elsewhere if its region failed now."""
        ready = [name_of(each) for each in image.secondaries if found[image.name, each].ready]
        if not image.secondaries:
            says = f"not protected: it has no secondary; {self._advice(image, sightings)}"
        elif not ready:
            says = "not protected: no secondary is ready"
            return Finding(image.name, Colour.RED, says, Trouble.NOT_READY)
        elif image.mode is not Mode.AUTO:
            says = f"not protected: its mode is {image.mode}; {ready[0]} would be ready (mode auto)"
        else:
            return Finding(image.name, Colour.GREEN, f"protected by {', '.join(ready)}")
        return Finding(image.name, Colour.YELLOW, says)

    def _advice(self, image: Image, sightings: Sightings) -> str:
        """Say how to get a secondary, and where, as far as it is told what regions there are."""
        primary = sightings.templates.get(image.primary)
        offers = [each for each in sightings.offers.values() if isinstance(each, Offer)]
        builders = frozenset().union(*(each.builders for each in offers))
        builds = {each: each in builders for each in sightings.geographies if builders}
        around, home = sightings.geographies, primary.region if primary else None
        found = places(home, around, builds, image) if home else ()
        best = next((each for each in found if not each.forbidden), None)
        command = f"aibwatch replicate {image.name} --to {best.region if best else 'REGION'}"
        if home is None or best is None:
            return command
        listed = [region for region, lists in builds.items() if lists]
        words = (
            best.says,
            pairless(home, around, listed) if listed else "",
            only_here(home, sightings),
        )
        return f"{command} ({'; '.join(filter(None, words))})"
