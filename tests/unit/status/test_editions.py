"""Which run made which version of an image, and which one is to be taken, as the API says it."""

from dataclasses import replace
from datetime import datetime

import pytest

from aibwatch.model.edition import Edition
from aibwatch.model.names import FailoverId, Region, TemplateId
from aibwatch.model.state import Snapshot
from aibwatch.model.template import RunKey
from aibwatch.status.editions import latest_of
from aibwatch.status.explain import explain
from aibwatch.status.page import render
from aibwatch.status.refusal import Refusal
from builders import DAY, HOUR, NOON, NORTH, WEB, WEB_NORTH, WEST
from unit.status.snapshots import WEB_IMAGE, calm

DRILL = TemplateId("/drills/web-drill")


def a_version(
    number: int,
    template: TemplateId = WEB,
    region: Region = WEST,
    complete: datetime | None = NOON,
) -> Edition:
    """Return a version that was published some hours after noon, and is in its own region."""
    at = NOON + number * HOUR
    key = RunKey(template, at - HOUR / 2)
    return Edition(WEB_IMAGE.name, f"/versions/1.0.{number}", key, region, at, complete, None)


def knowing(*editions: Edition) -> Snapshot:
    """Return a picture in which these versions are known, oldest first."""
    snapshot = calm()
    state = snapshot.view.state
    state.editions[WEB_IMAGE.name] = tuple(
        replace(each, replicated=each.replicated or (each.region,)) for each in editions
    )
    return snapshot


OURS = replace(a_version(2, WEB_NORTH, NORTH), answers=FailoverId("f"))
ALL = (
    a_version(1),
    OURS,
    replace(a_version(3), answers=FailoverId("f"), duplicate_of=OURS.version),
    replace(a_version(4), excluded=True),
    a_version(5, DRILL, NORTH),
    a_version(6, TemplateId("/old/web-old")),
    a_version(7, complete=None),
)


def test_each_version_is_told_with_its_run_and_what_it_is_worth() -> None:
    """Newest first; what does not count says why."""
    snapshot, image = knowing(*ALL), replace(WEB_IMAGE, drill=DRILL)
    told = [*reversed(explain(snapshot, image)["versions"])]  # type: ignore[call-overload]

    assert [(each["name"], each["note"]) for each in told] == [
        ("1.0.1", ""),
        ("1.0.2", ""),
        ("1.0.3", "duplicate of 1.0.2"),
        ("1.0.4", "excluded from latest"),
        ("1.0.5", "of a drill"),
        ("1.0.6", "of a former template"),
        ("1.0.7", "not everywhere yet"),
    ]
    assert [each["name"] for each in told if each["latest"]] == ["1.0.2"]
    assert (told[1]["template_name"], told[1]["region"]) == ("web-north", NORTH)
    assert told[1]["started"] == "2026-03-02T13:30:00+00:00"


def test_the_latest_is_told_anywhere_and_in_a_region() -> None:
    """A region is named as Azure or as people name it."""
    view = knowing(*ALL).view

    assert latest_of(view, WEB_IMAGE, None)["name"] == "1.0.2"
    assert latest_of(view, WEB_IMAGE, "")["name"] == "1.0.2"
    assert latest_of(view, WEB_IMAGE, "West Europe")["name"] == "1.0.7"
    assert latest_of(view, WEB_IMAGE, "northeurope")["version"] == OURS.version


@pytest.mark.parametrize(
    ("editions", "region", "says"),
    [
        ((), None, "no version of web is known yet: "),
        ((), "westeurope", "no version of web is known yet: "),
        ((a_version(1, complete=None),), None, "no version of web is known yet: "),
        (
            (a_version(1),),
            "East US",
            "no version of web is known to be in eastus; the latest, 1.0.1, is in westeurope",
        ),
    ],
)
def test_that_there_is_none_is_an_error_that_says_what_there_is(
    editions: tuple[Edition, ...], region: str | None, says: str
) -> None:
    """None was built since we watch, or none is there."""
    with pytest.raises(Refusal) as refused:
        latest_of(knowing(*editions).view, WEB_IMAGE, region)

    assert refused.value.status == 404
    assert str(refused.value).startswith(says)


def test_the_page_of_an_image_shows_its_versions() -> None:
    """One line each: which run in which region made it, where it is, and which one counts."""
    snapshot = replace(knowing(*ALL), at=NOON + DAY)
    page = render("image", explain(snapshot, WEB_IMAGE))
    line = page[page.index("1.0.2 ") : page.index("1.0.1<")]

    assert "latest" in line
    assert "web-north in northeurope, run of 2 Mar 13:30 UTC" in line
    assert "is in northeurope" in line
    assert "(duplicate of 1.0.2)" in page
    assert "Versions" not in render("image", explain(calm(), WEB_IMAGE))
