"""Entries about what was seen: templates, runs, notices and versions."""

from dataclasses import dataclass
from datetime import datetime

from aibwatch.model.attempt import AttemptState
from aibwatch.model.blueprint import Blueprint
from aibwatch.model.edition import Edition
from aibwatch.model.names import Region, TemplateId
from aibwatch.model.notice import Notice
from aibwatch.model.template import Run, RunKey, Template


@dataclass(frozen=True, slots=True)
class TemplateKnown:
    """A template is new, or was changed. After a restart it is known though its region is dark."""

    at: datetime
    template: Template
    """Without its run."""


@dataclass(frozen=True, slots=True)
class TemplateCopied:
    """What a template's owner wrote, kept: to be told and deployed while its region is gone."""

    at: datetime
    template: TemplateId
    revision: str
    """Of the template that it shows."""
    body: str
    """The text of a `Body`. The state keeps only what is made of it."""
    blueprint: Blueprint
    late: bool = False
    """From Resource Graph, which lags behind."""


@dataclass(frozen=True, slots=True)
class RunSeen:
    """A run is new, or its state changed."""

    at: datetime
    run: Run
    region: Region
    recipe: str
    identities: str
    recipe_is_the_runs: bool = True
    """False if the template was modified after the run began: the run built something else."""


@dataclass(frozen=True, slots=True)
class HistorySeeded:
    """A good run from before we watched, as something else remembers it.

    It counts only where nothing was changed since, so it is the present recipe that built.
    """

    at: datetime
    template: TemplateId
    region: Region
    recipe: str
    identities: str
    built: datetime
    """When the run ended, or its version was published."""
    source: str
    """What remembers it, in words: the gallery, the Activity Log."""


@dataclass(frozen=True, slots=True)
class NoticeKnown:
    """A notice on Image Builder in a watched region is new, or it began, ended or lasts anew."""

    at: datetime
    region: Region
    source: str
    """`events` or `emerging`, whichever subscription was asked."""
    notice: Notice
    """Whole: what was known at the time can be judged again (PROMISES S40)."""


@dataclass(frozen=True, slots=True)
class RunMissed:
    """A run was replaced by a newer one before anybody saw it end (PROMISES L11)."""

    at: datetime
    template: TemplateId
    region: Region
    known: RunKey
    """The run that was missed; one that nobody saw at all begins when it was asked for."""
    seen: RunKey
    """The newer run."""
    says: str = ""


@dataclass(frozen=True, slots=True)
class MissedTold:
    """The Activity Log tells how a run ended that was missed."""

    at: datetime
    run: RunKey
    region: Region
    state: AttemptState
    """SUCCEEDED or RUN_FAILED."""
    ended: datetime | None = None
    correlation: str = ""


@dataclass(frozen=True, slots=True)
class EditionSeen:
    """A version of an image is new, or its replication or its rank among others changed."""

    at: datetime
    edition: Edition
