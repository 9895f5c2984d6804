"""What can happen in a timetable: one row a sentence.

In a sentence `{word}` stands for something that is looked up before the World begins, so that a
timetable with a mistake is refused as a whole.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from aibwatch.model.names import Region, subscription_of
from aibwatch.model.supply import LATEST, BaseKind, kind_of
from aibwatch.model.template import ProvisioningState
from aibwatch.sim import activity, announcement, body, front, runs
from aibwatch.sim.announcement import Announcement
from aibwatch.sim.ending import ENDINGS
from aibwatch.sim.fleet import Fleet
from aibwatch.sim.regions import DISPLAY, display
from aibwatch.sim.templates import SimTemplate
from aibwatch.sim.trouble import MENU
from aibwatch.sim.truth import Cause
from aibwatch.sim.weather import EVERYWHERE, Distortion, Op, Partial, Weather
from aibwatch.sim.words import among, duration
from aibwatch.sim.world import World

EVERYTHING = "everything"

NO_IDENTITY = (
    "Validation failed: 'ImageTemplate': Missing field 'identity'. Please review "
    "http://aka.ms/azvmimagebuildertmplref for details on fields required in the Image Builder "
    "Template."
)
"""Recorded: azvmimagebuilder #39, the breaking change of 26 May 2020."""
SHARES: Mapping[str, int] = {"half": 2, "a third": 3, "a quarter": 4, "a fifth": 5}
"""So that it can be repeated, a share is every so many-th build of the region, by its begin."""
RESOURCES = ("definition", "source", "identity", "subnet")
"""What a template needs and may lose: what it publishes to, builds from, builds as and in."""
NTH: Mapping[str, int] = {"second": 2, "third": 3, "fourth": 4, "fifth": 5, "tenth": 10}


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a sentence comes true: the World, the fleet, and the words of the sentence."""

    world: World
    fleet: Fleet
    words: Mapping[str, str]

    @property
    def template(self) -> SimTemplate | None:
        """The template of the sentence's image in its region; None once it is deleted."""
        words = self.words
        return self.world.templates.get(self.fleet.template(words["image"], words["region"]))

    @property
    def region(self) -> Region:
        """The sentence's region."""
        return Region(self.words["region"])

    @property
    def place(self) -> str:
        """The sentence's place: everywhere, a region, or the template of an image in a region."""
        image, apart, region = self.words["place"].partition(" in ")
        return self.fleet.template(image, region) if apart else image

    @property
    def span(self) -> timedelta:
        """The sentence's duration."""
        return duration(self.words["duration"])


def _begin(stage: Stage, cause: Cause, caller: str = "") -> None:
    found = stage.template
    if found is not None and front.refusal(stage.world, found, "run") is None:
        operation = runs.begin(stage.world, found.id, cause)
        if caller:
            world = stage.world
            activity.note(world.attempts, found.id, caller, operation, world.now)


def _request(stage: Stage) -> None:
    """Let a pipeline send a run request, which meets the weather."""
    if stage.template is not None:
        front.run(stage.world, stage.template.id, Cause.SCHEDULE, activity.PIPELINE)


def _cancel(stage: Stage) -> None:
    if stage.template is not None:
        runs.cancel(stage.world, stage.template.id)


def _release(stage: Stage) -> None:
    if stage.template is not None:
        runs.release(stage.world, stage.template.id)


def _delete(stage: Stage) -> None:
    if stage.template is not None:
        stage.world.remove_template(stage.template.id)


def _change(stage: Stage) -> None:
    """Let the owner change what is built: another step at the end."""
    if stage.template is None:
        return
    authored = stage.template.look.body
    properties = body.at(authored, "properties")
    steps = body.at(properties, "customize")
    if isinstance(properties, dict) and isinstance(steps, list):
        extra = {"type": "Shell", "name": "changed", "inline": [f"echo {stage.world.now}"]}
        changed = {**authored, "properties": {**properties, "customize": [*steps, extra]}}
        stage.world.rewrite(stage.template.id, changed)


def _publish(stage: Stage) -> None:
    runs.publish(stage.world, stage.fleet.definition(stage.words["image"], stage.region))


def _spoil(stage: Stage) -> None:
    if stage.template is not None:
        stage.template.fault = ENDINGS[stage.words["ending"]]


def _mend(stage: Stage) -> None:
    if stage.template is not None:
        stage.template.fault = None


def _submit(stage: Stage, state: ProvisioningState, error: tuple[str, str] | None = None) -> None:
    if stage.template is not None:
        stage.world.submit(stage.template.id, state, error)


def _resource(stage: Stage) -> str:
    """Return the id of what the sentence is about: the template's definition, or its source."""
    if stage.template is None:
        return ""
    authored = stage.template.look.body
    match stage.words["resource"]:
        case "definition":
            return body.definition(authored) or ""
        case "identity" | "subnet" as what:
            return body.named(authored, what)
    base = body.base(authored, stage.region, subscription_of(stage.template.id))
    # The newest of a gallery is whatever its definition has, so the definition goes.
    gallery = kind_of(base) is BaseKind.GALLERY
    return base.removesuffix(f"/versions/{LATEST}") if gallery else base


def _withdraw(stage: Stage) -> None:
    stage.world.withdrawn.add(_resource(stage))


def _restore(stage: Stage) -> None:
    stage.world.withdrawn.discard(_resource(stage))


def _move_gallery(stage: Stage) -> None:
    """Let the definition that a template publishes to be at home elsewhere."""
    definition = stage.fleet.definition(stage.words["image"], stage.region)
    stage.world.galleries[definition].home = Region(stage.words["home"])


def _builds_take(stage: Stage) -> None:
    for each in stage.fleet.templates(stage.words["image"]):
        if each in stage.world.templates:
            stage.world.templates[each].build_time = stage.span


def _fail(stage: Stage, ending: str) -> None:
    stage.world.weather.endings[stage.region] = ENDINGS[ending]


def _fail_partly(stage: Stage) -> None:
    ending = ENDINGS[stage.words["ending"]]
    stage.world.weather.partial[stage.region] = Partial(ending, SHARES[stage.words["share"]])


def _fill(stage: Stage) -> None:
    stage.world.weather.full.add((stage.region, stage.words["size"]))


def _restrict(stage: Stage) -> None:
    size = (stage.region, stage.words["size"])
    stage.world.market.restricted[size] = "NotAvailableForSubscription"


def _offer(stage: Stage) -> None:
    stage.world.market.restricted.pop((stage.region, stage.words["size"]), None)


def _answer(stage: Stage, *, begins: bool = False, times: int | None = None) -> None:
    trouble = MENU[stage.words["trouble"]]
    stage.world.weather.set(stage.place, trouble, *_ops(stage), begins=begins, times=times)


def _answer_at_times(stage: Stage) -> None:
    trouble, every = MENU[stage.words["trouble"]], NTH[stage.words["nth"]]
    stage.world.weather.set(stage.place, trouble, *_ops(stage), every=every)


def _ops(stage: Stage) -> tuple[Op, ...]:
    word = stage.words["op"]
    return () if word == EVERYTHING else (Op(word),)


def _recover(stage: Stage) -> None:
    if stage.region == EVERYWHERE:
        stage.world.weather = Weather()
    else:
        stage.world.weather.clear(stage.region)


def _rerun_all(stage: Stage) -> None:
    _recover(stage)
    runs.rerun(stage.world, stage.region)


def _rerun_one(stage: Stage) -> None:
    _recover(stage)
    _begin(stage, Cause.SERVICE)


def _announce(stage: Stage, *, emerging: bool) -> None:
    now, place = stage.world.now, stage.region
    stage.world.announcements.append(
        Announcement(
            id=f"SIM{len(stage.world.announcements) + 1}-001",
            title=f"{announcement.SERVICE} - {display(place)} - Investigating",
            regions=() if place == EVERYWHERE else (place,),
            began=now,
            updated=now,
            emerging=emerging,
        )
    )


def _resolve(stage: Stage) -> None:
    place = () if stage.region == EVERYWHERE else (stage.region,)
    for index, each in enumerate(stage.world.announcements):
        if each.regions == place and each.active:
            now = stage.world.now
            stage.world.announcements[index] = replace(each, mitigated=now, updated=now)


Act = Callable[[Stage], None]

VERBS: Mapping[str, Act] = {
    "run {image} in {region}": lambda stage: _begin(stage, Cause.SCHEDULE, activity.PIPELINE),
    "pipeline runs {image} in {region}": _request,
    "somebody runs {image} in {region}": lambda stage: _begin(stage, Cause.HUMAN, activity.PERSON),
    "somebody cancels {image} in {region}": _cancel,
    "somebody changes {image} in {region}": _change,
    "somebody deletes {image} in {region}": _delete,
    "somebody publishes {image} in {region}": _publish,
    "{image} in {region} fails by {ending}": _spoil,
    "{image} in {region} is mended": _mend,
    "{image} in {region} goes on": _release,
    "{image} in {region} is being created": lambda stage: _submit(
        stage, ProvisioningState.CREATING
    ),
    "{image} in {region} is provisioned": lambda stage: _submit(stage, ProvisioningState.SUCCEEDED),
    "{image} in {region} cannot be provisioned": lambda stage: _submit(
        stage, ProvisioningState.FAILED, ("ServerError", MENU["500"].message)
    ),
    "{image} in {region} is refused as invalid": lambda stage: _submit(
        stage, ProvisioningState.FAILED, ("Other", NO_IDENTITY)
    ),
    "{resource} of {image} in {region} is gone": _withdraw,
    "{resource} of {image} in {region} is there again": _restore,
    "we may not see {resource} of {image} in {region}": lambda stage: stage.world.estate.hidden.add(
        _resource(stage)
    ),
    "we may see {resource} of {image} in {region}": lambda stage: stage.world.estate.hidden.discard(
        _resource(stage)
    ),
    "gallery of {image} in {region} lives in {home}": _move_gallery,
    "we may not run {image} in {region}": lambda stage: stage.world.forbidden.add(
        stage.fleet.template(stage.words["image"], stage.region)
    ),
    "we may run {image} in {region}": lambda stage: stage.world.forbidden.discard(
        stage.fleet.template(stage.words["image"], stage.region)
    ),
    "{image} builds take {duration}": _builds_take,
    "{region} builds fail with {ending} text": lambda stage: _fail(stage, stage.words["ending"]),
    "{share} of {region} builds fail with {ending} text": _fail_partly,
    "{region} has no room for {size}": _fill,
    "{region} has room for {size}": lambda stage: stage.world.weather.full.discard(
        (stage.region, stage.words["size"])
    ),
    "{region} does not offer us {size}": _restrict,
    "{region} offers us {size}": _offer,
    "{region} builds hang": lambda stage: _fail(stage, "stuck"),
    "{region} cancels hang": lambda stage: stage.world.weather.cancels_hang.add(stage.region),
    "{region} recovers": _recover,
    "{region} recovers and reruns": _rerun_all,
    "{region} recovers and reruns {image}": _rerun_one,
    "{place} answers {trouble} to {op}": _answer,
    "{place} answers {trouble} to {op} once": lambda stage: _answer(stage, times=1),
    "{place} answers {trouble} to {op} but begins it": lambda stage: _answer(stage, begins=True),
    "{place} answers {trouble} to {op} once but begins it": lambda stage: _answer(
        stage, begins=True, times=1
    ),
    "every {nth} answer of {place} to {op} is {trouble}": _answer_at_times,
    "{place} has no names for its logs": lambda stage: stage.world.weather.nameless.add(
        stage.place
    ),
    "{place} answers again": lambda stage: stage.world.weather.answer_again(stage.place),
    "{place} shows what was {duration} ago": lambda stage: stage.world.weather.lags.update(
        {stage.place: stage.span}
    ),
    "{place} shows {distortion}": lambda stage: stage.world.weather.distortions.update(
        {stage.place: Distortion(stage.words["distortion"])}
    ),
    "replication to {region} takes {duration}": lambda stage: (
        stage.world.weather.replication.update({stage.region: stage.span})
    ),
    "Microsoft reports {region}": lambda stage: _announce(stage, emerging=False),
    "Microsoft reports {region} on the status page": lambda stage: _announce(stage, emerging=True),
    "Microsoft resolves {region}": _resolve,
    "clocks of Azure are {duration} ahead": lambda stage: setattr(
        stage.world.weather, "skew", stage.span
    ),
    "clocks of Azure are {duration} behind": lambda stage: setattr(
        stage.world.weather, "skew", -stage.span
    ),
}
"""Every sentence there is. `run` is the owner's pipeline at its time, and its run begins whatever
the weather; `pipeline runs` sends its request into the weather; `somebody` is a human."""

_WORDS = {
    "resource": "|".join(RESOURCES),
    "share": "|".join(SHARES),
    "distortion": "|".join(Distortion),
    "place": r"[\w.-]+(?: in \w+)?",
}
_WORD = r"[\w.-]+"


def _pattern(sentence: str) -> re.Pattern[str]:
    def group(word: re.Match[str]) -> str:
        return f"(?P<{word[1]}>{_WORDS.get(word[1], _WORD)})"

    return re.compile(re.sub(r"\{(\w+)\}", group, sentence))


_PATTERNS = tuple((_pattern(sentence), act) for sentence, act in VERBS.items())


def understand(
    sentence: str, fleet: Fleet, *, anywhere: bool = False
) -> tuple[Act, Mapping[str, str]]:
    """Return what a sentence does and its words. Raises ValueError, saying what is wrong.

    With `anywhere` a sentence may be about a region in which nothing of the fleet stands.
    """
    for pattern, act in _PATTERNS:
        match = pattern.fullmatch(sentence)
        if match is not None:
            words = match.groupdict()
            _check(words, fleet, {*DISPLAY} if anywhere else set())
            return act, words
    message = f"nothing like {sentence!r} can happen; the sentences are: {'; '.join(VERBS)}"
    raise ValueError(message)


def _check(words: Mapping[str, str], fleet: Fleet, others: set[Region]) -> None:
    place, apart, where = words.get("place", EVERYWHERE).partition(" in ")
    places = {*fleet.regions, *others, EVERYWHERE}
    known = {
        "image": set(fleet.images),
        "region": places,
        "home": set[str](DISPLAY),
        "trouble": set(MENU),
        "ending": set(ENDINGS),
        "op": {*Op, EVERYTHING},
        "nth": set(NTH),
    }
    for word, choices in known.items():
        if word in words:
            among(word, words[word], choices)
    among("image" if apart else "region", place, set(fleet.images) if apart else places)
    image, region = (place, where) if apart else (words.get("image"), words.get("region"))
    if image is not None and region is not None:
        among(f"region of {image}", region, set(fleet.images[image]))
    if "duration" in words:
        duration(words["duration"])
