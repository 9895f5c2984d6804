"""Which templates are of one image, and which of them is the primary: a guess for owners to judge.

What an owner tagged goes before all guesses. Else likenesses are tried from the surest to the
weakest, and templates make an image only if no two of them are in one region: a secondary beside
its primary would fail with it, so they are more probably two images, or the builds of one.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

from aibwatch.model.names import ImageName, Region, group_of, name_of
from aibwatch.model.proposal import Likeness, Proposal
from aibwatch.model.template import Template

NAME_MAX = 63
"""Characters of an image's name, by the configuration's own rule."""

SHORTEST, LONGEST = 2, 6
"""Letters of what may be short for a region: `we`, `weu`, `uksou`; more are hardly a code."""

ROLES = {"primary": 0, "secondary": 2}
"""By the tag `aibwatch-role`; between them who does not say."""

LAST = 10_000
"""Behind every number that the tag `aibwatch-priority` can say."""

Group = tuple[Likeness, tuple[Template, ...]]


def propose(templates: Iterable[Template]) -> tuple[Proposal, ...]:
    """Return images such that each template is in exactly one, whatever the templates' order."""
    left = {each.id: each for each in templates}
    found: list[Group] = []
    for likeness, key in LIKENESSES:
        for group in _alike(left.values(), key):
            if likeness is Likeness.TAG or _may_be_one(group):
                found.append((likeness, tuple(sorted(group, key=standing))))
                for each in group:
                    del left[each.id]
    found += [(Likeness.NONE, (each,)) for each in left.values()]
    return tuple(sorted(_named(found), key=lambda each: (each.is_alone, each.name)))


def stem(name: str, region: Region) -> str:
    """Return a template's name without the part that says its region, "" if nothing is left.

    Its region's full name is found anywhere, a short form of it only at the end.
    """
    parts = [each for each in re.split(r"[-_.]+", name) if each and each != region]
    if parts and _is_short_for(parts[-1], region):
        parts.pop()
    return "-".join(parts)


def _is_short_for(part: str, region: Region) -> bool:
    """Return whether the letters of `part` are some of the region's, in their order, its first."""
    rest = iter(region)
    in_order = all(letter in rest for letter in part)
    return SHORTEST <= len(part) <= LONGEST and part[0] == region[0] and in_order


LIKENESSES: tuple[tuple[Likeness, Callable[[Template], Hashable]], ...] = (
    (Likeness.TAG, lambda each: each.lineage),
    (Likeness.DEFINITION, lambda each: each.definition),
    (Likeness.NAME, lambda each: stem(name_of(each.id), each.region)),
    (Likeness.RECIPE, lambda each: each.recipe),
)
"""What must be equal, and not empty."""


def _alike(
    templates: Iterable[Template], key: Callable[[Template], Hashable]
) -> list[list[Template]]:
    """Return those that are alike by a key, two or more of each."""
    groups: defaultdict[Hashable, list[Template]] = defaultdict(list)
    for each in templates:
        if key(each):
            groups[key(each)].append(each)
    return [group for group in groups.values() if len(group) > 1]


def _may_be_one(group: Sequence[Template]) -> bool:
    tags = {each.lineage for each in group} - {""}
    return len({each.region for each in group}) == len(group) and len(tags) <= 1


def standing(each: Template) -> tuple[int, int, float, str]:
    """Sort the primary first: as tags say, else what ran last, which the owner's pipeline runs."""
    ran = -each.run.started.timestamp() if each.run else 0.0
    return *rank(each), ran, each.id


def rank(each: Template) -> tuple[int, int]:
    """Sort the primary first, as far as tags say."""
    return ROLES.get(each.role, 1), LAST if each.rank is None else each.rank


def _named(groups: Sequence[Group]) -> Iterator[Proposal]:
    """Give each group a name of its own: with its resource group, then a number, if need be."""
    ordered = sorted(groups, key=lambda each: each[1][0].id)
    wanted = Counter(_name(each) for each in ordered)
    taken: set[str] = set()
    for likeness, templates in ordered:
        name = _name((likeness, templates))
        if wanted[name] > 1:
            name = allowed(f"{name}-{group_of(templates[0].id)}")
        name = next(each for each in _numbered(name) if each not in taken)
        taken.add(name)
        yield Proposal(ImageName(name), templates, likeness)


def _name(group: Group) -> str:
    likeness, templates = group
    first = templates[0]
    tag = next((each.lineage for each in templates if each.lineage), "")
    if likeness is Likeness.DEFINITION and not tag:
        return allowed((first.definition or "").rpartition("/")[2])
    return allowed(tag or stem(name_of(first.id), first.region) or name_of(first.id))


def allowed(text: str) -> str:
    """Return a text as an image may be called."""
    plain = re.sub(r"[^a-z0-9_.-]+", "-", text.lower()).lstrip("_.-")
    return plain[:NAME_MAX].rstrip("_.-") or "image"


def _numbered(name: str) -> Iterator[str]:
    yield name
    for number in range(2, LAST * LAST):
        yield f"{name[: NAME_MAX - len(str(number)) - 1]}-{number}"
