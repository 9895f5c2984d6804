"""`aibwatch replicate IMAGE --to REGION`: the secondary's template, made from the primary's."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aibwatch.cli.options import ConfigOption, settings_of
from aibwatch.cli.originals import image_named, original
from aibwatch.cli.output import line, notify
from aibwatch.cli.templates import FileOption, write
from aibwatch.model.body import Body
from aibwatch.model.drift import differences
from aibwatch.model.image import Image
from aibwatch.model.names import Region, name_of
from aibwatch.model.names import region as region_named
from aibwatch.model.relocation import Draft, Relocation
from aibwatch.secondaries.deployable import Blank, blanks, deployable, filled
from aibwatch.secondaries.recipe import blueprint, written
from aibwatch.secondaries.replicate import replicate as drawn
from aibwatch.secondaries.requirements import requirements

if TYPE_CHECKING:
    from aibwatch.config.schema import Settings

ASKED = {
    "subnet": "the id of the subnet for its build VM",
    "container_subnet": "the id of the subnet for the containers that build",
    "source": "the id of the managed image that it builds from",
}
"""What must be told where no rule tells it."""


RegionOption = Annotated[
    str, typer.Option(metavar="REGION", help="Where it shall live; else the best.")
]
ParametersOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="ARM parameters: the secrets it needs.")
]
DrillOption = Annotated[
    bool, typer.Option("--drill", help="For drills: what it makes is excluded from latest.")
]


def replicate(
    image: Annotated[str, typer.Argument(metavar="IMAGE")],
    to: RegionOption = "",
    *,
    resource_group: Annotated[str, typer.Option(help="Name or id of its group.")] = "",
    suffix: Annotated[str, typer.Option(help="Behind the primary's name.")] = "",
    subnet: Annotated[str, typer.Option(help="Id, for its build VM.")] = "",
    container_subnet: Annotated[str, typer.Option(help="Id, for its containers.")] = "",
    identity: Annotated[list[str] | None, typer.Option(help="Id; may be repeated.")] = None,
    definition: Annotated[str, typer.Option(help="Id of what it publishes to.")] = "",
    staging: Annotated[str, typer.Option(help="Id of its staging group.")] = "",
    source: Annotated[str, typer.Option(help="Id of its managed image.")] = "",
    parameters: ParametersOption = None,
    file: FileOption = None,
    config: ConfigOption = None,
    drill: DrillOption = False,
    deploy: Annotated[bool, typer.Option("--deploy", help="Make it in Azure, once asked.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Make the template of a secondary from the primary's: as a file, or in Azure.

    Without --to the best region is taken that its owner allows, and all are told with reasons.
    Its region's rule in `replicate` of the configuration says what it uses there; options go
    first. Writes a file that ARM deploys to stdout or --output, and tells what is another than in
    the primary and what must be there first. Only --deploy changes anything in Azure.
    """
    settings = settings_of(config)
    found = image_named(settings, image)
    _check_region(to, drill=drill, silent=deploy and yes)
    body = original(settings, found.primary)
    given = Relocation(
        region=region_named(to) if to else _chosen(settings, found, body),
        resource_group=resource_group,
        suffix=suffix,
        subnet=subnet,
        container_subnet=container_subnet,
        identities=tuple(identity or ()),
        definition=definition,
        staging=staging,
        source=source,
    )
    draft = _draft(found, body, _relocation(settings, given), ask=not yes, drill=drill)
    _tell(draft, body)
    if not deploy or file is not None:
        write(json.dumps(deployable(draft.body), indent=2, ensure_ascii=False), file)
    if deploy:
        _deploy(settings, draft, _secrets(draft, parameters, ask=not yes), ask=not yes)
    _tell_config(found, draft, body, drill=drill)


def _check_region(to: str, *, drill: bool, silent: bool) -> None:
    """Raise BadParameter where a region that is chosen for somebody would surprise him."""
    if to or not (drill or silent):
        return
    why = "a drill rehearses one secondary" if drill else "nobody would be asked"
    message = f"{why}: name the region that it shall live in"
    raise typer.BadParameter(message, param_hint="--to")


def _chosen(settings: "Settings", image: Image, body: Body) -> Region:
    from aibwatch.cli.choosing import chosen

    return chosen(settings, image, region_named(str(written(body).get("location") or "")))


def _relocation(settings: "Settings", given: Relocation) -> Relocation:
    """Return what was given on the command line, and else what the rule of the region says."""
    rules = {each.region: each.relocation() for each in settings.replicate}
    return given.over(rules.get(given.region, given))


def _draft(image: Image, body: Body, to: Relocation, *, ask: bool, drill: bool) -> Draft:
    """Draw the template, and ask for what nobody has said. Raises BadParameter."""
    try:
        draft = drawn(body, image.name, to, drill=drill)
        for name in draft.missing if ask and _can_ask() else ():
            told: dict[str, Any] = {name: typer.prompt(ASKED[name], err=True)}
            to = replace(to, **told)
        draft = drawn(body, image.name, to, drill=drill)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    if draft.missing:
        options = ", ".join(f"--{name.replace('_', '-')}" for name in draft.missing)
        message = f"the primary has what only its region has; tell by {options}, or in a rule"
        raise typer.BadParameter(message, param_hint="replicate")
    return draft


def _can_ask() -> bool:
    return typer.get_text_stream("stdin").isatty()


def _tell(draft: Draft, primary: Body) -> None:
    there, home = (written(each)["location"] for each in (draft.body, primary))
    name = name_of(draft.body.template)
    notify(f"{name} in {there} builds what {name_of(primary.template)} in {home} does, but:")
    for each in draft.changes:
        notify(f"  - {each}")
    notify("what must be there first:")
    for need in requirements(draft, primary):
        notify(f"  - {need.says}" if need.command else f"  - {need.says}: {need.names}")
        if need.command:
            notify(f"      {need.command}")
    for path in blueprint(primary).unknown:
        notify(f"this version does not know {path}: see that it is right in the other region")


def _secrets(draft: Draft, parameters: Path | None, *, ask: bool) -> Mapping[str, str]:
    """Return what was cut out of the body, as a file or a person tells it. Raises BadParameter."""
    wanted = blanks(draft.body)
    told = _read(parameters) if parameters else {}
    for each in wanted:
        if each.name not in told and ask and _can_ask():
            told[each.name] = typer.prompt(_asking(each), hide_input=True, err=True)
    missing = [each for each in wanted if each.name not in told]
    if missing:
        needs = "; ".join(f"{each.name}: {_asking(each)}" for each in missing)
        message = f"secrets are not kept, so they must be told: {needs}"
        raise typer.BadParameter(message, param_hint="--parameters")
    return told


def _asking(blank: Blank) -> str:
    return f"the secret in {blank.path}"


def _read(file: Path) -> dict[str, str]:
    """Return the values of a file of ARM parameters."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        return {name: str(each["value"]) for name, each in found["parameters"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        message = f"{file} is no file of ARM parameters that can be read"
        raise typer.BadParameter(message, param_hint="--parameters") from None


def _deploy(settings: "Settings", draft: Draft, secrets: Mapping[str, str], *, ask: bool) -> None:
    from aibwatch.cli.deploying import deploy

    template = draft.body.template
    notify(f"the request: PUT {template}")
    if ask:
        typer.confirm("make it?", abort=True, err=True)
    made = deploy(settings, template, filled(draft.body, secrets))
    notify(f"{name_of(template)} is provisioned in {made.region}")
    line(template)


def _tell_config(image: Image, draft: Draft, primary: Body, *, drill: bool) -> None:
    """Tell the line of the configuration by which aibwatch watches it."""
    drift = differences(blueprint(primary), blueprint(draft.body), image.allow_drift)
    if drill:
        notify("a drill template is no secondary: it stays out of images[].templates")
        return
    if draft.body.template in image.templates:
        notify(f"it is among the templates of {image.name} already")
    else:
        notify(f"add to the templates of {image.name}:")
        notify(f"  - {draft.body.template}")
    if drift:
        paths = ", ".join(f"'{each.path}'" for each in drift)
        notify(f"and to its allow_drift, as the rules ask for it: {paths}")
