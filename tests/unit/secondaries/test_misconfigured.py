"""Images that share a definition are held, each naming the other; one without primary is too."""

import pytest

from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import ImageName
from aibwatch.model.template import Template
from aibwatch.secondaries.misconfigured import misconfigured
from builders import a_definition_id, a_template, an_id, an_image, some_sightings


def image(name: str, mode: Mode = Mode.AUTO) -> Image:
    """Return an image whose primary is called as it is."""
    return an_image(name=ImageName(name), templates=(an_id(name),), mode=mode)


def template(name: str, definition: str | None) -> Template:
    """Return that primary, publishing to the definition."""
    return a_template(
        id=an_id(name), definition=a_definition_id(definition) if definition else None
    )


def held(images: list[Image], *templates: Template) -> dict[ImageName, str]:
    """Return what is held of these images."""
    return misconfigured({each.name: each for each in images}, some_sightings(*templates))


def test_two_images_with_one_definition_are_held_each_naming_the_other() -> None:
    """Each could take the other's version for its own (S18)."""
    reasons = held([image("a"), image("b")], template("a", "d"), template("b", "d"))

    assert set(reasons) == {"a", "b"}
    assert "as b does" in reasons[ImageName("a")]
    assert "as a does" in reasons[ImageName("b")]


def test_of_many_that_share_a_definition_a_reason_names_only_some() -> None:
    """If thousands share one, a reason that named all of them would say nothing and cost much."""
    names = "abcdef"

    reasons = held([image(each) for each in names], *(template(each, "d") for each in names))

    assert "as b, c, d and 2 more do" in reasons[ImageName("a")]
    assert "as a, b, c and 2 more do" in reasons[ImageName("f")]


@pytest.mark.parametrize(
    ("images", "templates"),
    [
        ([image("a"), image("b")], [template("a", "d"), template("b", "e")]),
        ([image("a"), image("b")], [template("a", None), template("b", None)]),
        ([image("a"), image("b", Mode.ADVISE)], [template("a", "d"), template("b", "d")]),
        ([image("a"), image("b")], [template("a", "d")]),
        ([image("a")], [template("a", "d")]),
    ],
    ids=["two definitions", "no gallery", "one only advises", "one not seen", "one alone"],
)
def test_others_are_not_held(images: list[Image], templates: list[Template]) -> None:
    """Definitions of their own, none at all, not auto, or not known."""
    assert held(images, *templates) == {}


@pytest.mark.parametrize("mode", list(Mode))
def test_an_image_whose_primary_is_not_there_is_held_in_every_mode(mode: Mode) -> None:
    """It is named with what to do; nothing could be watched for the image."""
    wanted, seen = image("a", mode), some_sightings()
    seen.faults[wanted.primary] = Fault(FaultKind.NOT_FOUND, "no such template", 404)

    reasons = misconfigured({wanted.name: wanted}, seen)

    assert reasons == {wanted.name: "there is no template a; create it or mend its id"}


@pytest.mark.parametrize("kind", [kind for kind in FaultKind if kind is not FaultKind.NOT_FOUND])
def test_an_image_whose_primary_cannot_be_read_is_not_misconfigured(kind: FaultKind) -> None:
    """That a read failed in any other way says nothing about the configuration."""
    wanted, seen = image("a"), some_sightings()
    seen.faults[wanted.primary] = Fault(kind, "bad luck")

    assert misconfigured({wanted.name: wanted}, seen) == {}
