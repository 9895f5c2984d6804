"""Laws of proposing images: for any templates, in any order."""

import re
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from aibwatch.model.names import DefinitionId, Region
from aibwatch.model.proposal import Likeness
from aibwatch.model.template import Template
from aibwatch.secondaries.proposing import propose
from builders import NOON, a_run, a_template, an_id

few = st.sampled_from(["", "a", "b"])
templates = st.lists(
    st.builds(
        lambda name, region, lineage, recipe, definition, role, rank, ran: a_template(
            id=an_id(name),
            region=Region(region),
            lineage=lineage,
            recipe=recipe,
            definition=DefinitionId(definition) if definition else None,
            role=role,
            rank=rank,
            run=a_run(started=NOON) if ran else None,
        ),
        st.from_regex(r"(web|db)-(westeurope|weu|eus|eastus|[ab]{1,2})", fullmatch=True),
        st.sampled_from(["westeurope", "eastus", "uksouth"]),
        few,
        few,
        few,
        st.sampled_from(["", "primary", "secondary", "drill"]),
        st.none() | st.integers(0, 3),
        st.booleans(),
    ),
    unique_by=lambda each: each.id,
    max_size=12,
)


@given(templates, st.randoms(use_true_random=False))
def test_the_order_of_the_list_does_not_matter(seen: list[Template], chance: Random) -> None:
    """Azure gives templates in whatever order."""
    mixed = list(seen)
    chance.shuffle(mixed)

    assert propose(mixed) == propose(seen)


@given(templates)
def test_every_template_is_in_exactly_one_proposal(seen: list[Template]) -> None:
    """None is lost, none is twice; nor is a name."""
    found = propose(seen)

    ids = [one.id for each in found for one in each.templates]
    assert sorted(ids) == sorted(each.id for each in seen)
    assert len({each.name for each in found}) == len(found)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9_.-]{0,62}", each.name) for each in found)


@given(templates)
def test_without_a_tag_no_two_are_in_one_region_nor_of_two_tags(seen: list[Template]) -> None:
    """Only owners may say so."""
    for each in propose(seen):
        regions = [one.region for one in each.templates]
        tags = {one.lineage for one in each.templates} - {""}
        assert len(tags) <= 1
        assert each.likeness is Likeness.TAG or len(set(regions)) == len(regions)


@given(templates)
def test_all_of_one_tag_are_together(seen: list[Template]) -> None:
    """What an owner says is not weighed against anything."""
    homes: dict[str, set[str]] = {}
    for each in propose(seen):
        for one in each.templates:
            homes.setdefault(one.lineage, set()).add(each.name)

    assert all(len(names) == 1 for tag, names in homes.items() if tag)
