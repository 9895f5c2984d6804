"""Settings for watching only, whatever was configured."""

from aibwatch.config.fleet import ImageSection, ScheduleSection
from aibwatch.config.schema import Settings
from aibwatch.config.sections import CanarySection, HttpSection
from aibwatch.daemon.discovery import observing, with_images
from aibwatch.daemon.wiring import may_start
from aibwatch.model.image import Mode
from aibwatch.model.names import ImageName
from aibwatch.model.proposal import Likeness, Proposal
from builders import NORTH, SUBSCRIPTION, WEB, WEB_NORTH, WEST, a_template, an_id


def test_observing_leaves_nobody_who_could_start_anything() -> None:
    """Neither an image, nor its schedule, nor a canary, nor an order with a token."""
    image = ImageSection(
        name="web",
        templates=(WEB, WEB_NORTH),
        mode=Mode.AUTO,
        schedule=ScheduleSection(cron="0 2 * * *"),
    )
    canary = CanarySection(templates={WEST: an_id("canary")})
    http = HttpSection(listen="127.0.0.1:1", token_file="/token")
    settings = Settings(images=(image,), canary=canary, http=http)

    watching = observing(settings)

    assert may_start(settings) == {WEB_NORTH, an_id("canary")}
    assert may_start(watching) == frozenset()
    assert [each.schedule for each in watching.fleet()] == [None]
    assert (watching.http.token_file, watching.http.listen) == (None, "127.0.0.1:1")


def test_what_is_proposed_takes_the_place_of_what_was_configured() -> None:
    """The rest of the settings stays."""
    templates = (a_template(), a_template(id=WEB_NORTH, region=NORTH))
    proposal = Proposal(ImageName("web"), templates, Likeness.TAG)
    settings = Settings(images=(ImageSection(name="old", templates=(an_id("old"),)),))

    found = with_images(settings, [proposal], [SUBSCRIPTION])

    assert [(each.name, each.templates) for each in found.fleet()] == [("web", (WEB, WEB_NORTH))]
    assert (found.subscriptions, found.poll) == ({SUBSCRIPTION}, settings.poll)
