"""`aibwatch leftovers`: what builds left behind in the service's own resource groups."""

from typing import TYPE_CHECKING

import typer

from aibwatch.cli.init import SubscriptionOption, subscriptions_named
from aibwatch.cli.options import ConfigOption, settings_of
from aibwatch.cli.output import Output, OutputOption, emit, line, notify, table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from aibwatch.model.leftover import Leftover


def leftovers(
    subscription: SubscriptionOption = None,
    config: ConfigOption = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """List staging groups `IT_…` that nobody needs any more, with the command that removes each.

    Of the subscriptions that are watched, or of those that are named. It only reads, without a
    daemon: nothing is deleted by aibwatch, now or later.
    """
    settings = settings_of(config)
    import asyncio

    from aibwatch.daemon.clock import wall
    from aibwatch.daemon.leftovers import look
    from aibwatch.daemon.wiring import subscriptions_of

    wanted = subscriptions_named(subscription) if subscription else subscriptions_of(settings)
    if not wanted:
        message = "no subscription is watched; name one"
        raise typer.BadParameter(message, param_hint="--subscription")
    now = wall()
    found = asyncio.run(look(settings, wanted, now))
    if output is Output.JSON:
        emit({"leftovers": [_told(each) for each in found]})
    elif not found:
        notify("nothing was left behind")
    else:
        _show(found, now)


def _told(found: "Leftover") -> dict[str, object]:
    group = found.group
    return {
        "group": group.id,
        "region": group.region,
        "template": group.template,
        "made": group.made.isoformat() if group.made else None,
        "building": [*group.building],
        "says": found.says,
        "remedy": found.remedy,
    }


def _show(found: "Sequence[Leftover]", now: "datetime") -> None:
    rows = (
        (each.group.name, each.group.region, _age(each.group.made, now), each.says)
        for each in found
    )
    table("Left behind", ("group", "region", "age", "why"), rows)
    line("aibwatch deletes nothing. To remove these, or to look first:")
    for each in found:
        line(f"  {each.remedy}")


def _age(made: "datetime | None", now: "datetime") -> str:
    """Return for how long something is there, in days or hours; what is not known is said so."""
    if made is None:
        return "unknown"
    age = now - made
    return f"{age.days} d" if age.days else f"{age.seconds // 3600} h"
