"""What orders take: the bodies of POST. `status.orders` reads them, and says more of each value."""

from typing import Annotated, Literal, NotRequired, TypedDict

from msgspec import Meta

from aibwatch.status.answers.told import Instant
from aibwatch.status.orders import ACTOR_MAX, REASON_MAX

Text = Annotated[str, Meta(max_length=REASON_MAX)]
Reason = Annotated[
    str,
    Meta(max_length=REASON_MAX, pattern=r"\S", description="Why; whoever finds it must know."),
]
Actor = Annotated[
    str | None,
    Meta(
        description=f"Who orders, in {ACTOR_MAX} characters; left out, the caller's address is"
        " entered."
    ),
]
Scope = Annotated[
    Text | None, Meta(description="all, image:<name> or region:<name>; left out: all.")
]
Until = Annotated[
    Instant | None, Meta(description="When it lapses, with a time zone; left out: never.")
]
ImageName = Annotated[Text, Meta(description="An image of the configuration.")]
DryRun = Annotated[bool, Meta(description="Only say what it would do.")]
PlanHash = Annotated[
    Text | None,
    Meta(description="The hash of a plan: build where it says, and nowhere else."),
]
Accept = Annotated[
    list[Text],
    Meta(description="Items of readiness, by name, that are taken as they are."),
]


class PauseAsk(TypedDict):
    """Forbid acting."""

    reason: Reason
    scope: NotRequired[Scope]
    until: NotRequired[Until]
    actor: NotRequired[Actor]


class ResumeAsk(TypedDict):
    """Take away the actor's own pause of a scope; with the owner `all` everybody's."""

    scope: NotRequired[Scope]
    reason: NotRequired[Text | None]
    actor: NotRequired[Actor]
    owner: NotRequired[Literal["all", ""] | None]


class RegionAsk(TypedDict):
    """Say that a region is out, which needs a reason, or well again, which takes no `until`."""

    region: Text
    out: bool
    reason: NotRequired[Text | None]
    until: NotRequired[Until]
    actor: NotRequired[Actor]


class AckAsk(TypedDict):
    """Say that a person has seen that the last failover of an image gave none."""

    image: ImageName
    reason: NotRequired[Text | None]
    actor: NotRequired[Actor]


class DrillAsk(TypedDict):
    """Rehearse the failover of an image."""

    image: ImageName
    reason: NotRequired[Text | None]
    plan: NotRequired[PlanHash]
    dry_run: NotRequired[DryRun]
    actor: NotRequired[Actor]


class BuildAsk(DrillAsk):
    """Build an image, at home or, while the primary's region is out, in a secondary."""

    accept: NotRequired[Accept]


class FailbackAsk(BuildAsk):
    """Run the primary; it needs a reason, but for a dry run."""


class FailoverAsk(BuildAsk):
    """Build an image in a secondary; it needs a reason, but for a dry run."""

    to: NotRequired[
        Annotated[
            Text | None,
            Meta(description="A secondary's name or id; left out: the first that can build."),
        ]
    ]
