"""The first configuration: what it says, and that nothing seen in Azure can break it."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aibwatch.config.load import load
from aibwatch.config.proposed import proposed, summary
from aibwatch.config.sections import AzureSection, CredentialSection
from aibwatch.model.access import CredentialKind
from aibwatch.model.image import Mode
from aibwatch.model.names import ImageName, Region, TemplateId
from aibwatch.model.proposal import Likeness, Proposal
from builders import NORTH, SUBSCRIPTION, WEB, WEB_NORTH, a_run, a_template

STORE = "sqlite:////srv/a.db"
PRIMARY = a_template(run=a_run())
PAIR = Proposal(
    ImageName("web"), (PRIMARY, a_template(id=WEB_NORTH, region=NORTH, recipe="r")), Likeness.NAME
)
ALONE = Proposal(ImageName("db"), (a_template(id=WEB.replace("web", "db")),), Likeness.NONE)


def test_what_is_proposed_can_be_loaded(tmp_path: Path) -> None:
    """In mode observe, the primary first; the login that was used is kept."""
    file = tmp_path / "a.yaml"
    azure = AzureSection(credential=CredentialSection(kind=CredentialKind.CLI))
    file.write_text(proposed([PAIR, ALONE], [SUBSCRIPTION], azure, STORE))

    settings = load(file, {})

    assert [(each.name, each.mode) for each in settings.images] == [
        ("web", Mode.OBSERVE),
        ("db", Mode.OBSERVE),
    ]
    assert settings.images[0].templates == (WEB, WEB_NORTH)
    assert settings.subscriptions == {SUBSCRIPTION}
    assert (settings.azure, settings.store.url) == (azure, STORE)


def test_comments_tell_why_and_what_is_next() -> None:
    """What ran, what is alike, what is in doubt, and the command for what is alone."""
    text = proposed([PAIR, ALONE], [SUBSCRIPTION], AzureSection(), STORE)

    assert "# alike by their names\n" in text
    assert "# see to it: their recipes differ; aibwatch readiness web --look" in text
    assert '# primary "web-west" in "westeurope", last run 2026-03-02 11:30 UTC' in text
    assert "#   aibwatch replicate db --config FILE" in text
    assert "azure:" not in text
    assert summary([PAIR, ALONE]) == "3 templates, 1 images with a secondary, 1 without"


def test_no_secret_is_written() -> None:
    """A token and a proxy's password stay where they are."""
    azure = AzureSection(
        endpoint="https://localhost:1",
        proxy="http://kim:hunter2@proxy:3128",
        credential=CredentialSection(kind=CredentialKind.STATIC, token="hunter3"),
    )

    text = proposed([], [SUBSCRIPTION], azure, STORE)

    assert "hunter" not in text
    assert yaml.safe_load(text)["azure"] == {
        "endpoint": "https://localhost:1",
        "credential": {"kind": "static"},
    }
    assert yaml.safe_load(text)["images"] == []


@pytest.mark.parametrize("likeness", Likeness)
@given(name=st.text(min_size=1), place=st.text(), group=st.text())
def test_nothing_that_stands_in_azure_breaks_it(
    likeness: Likeness, name: str, place: str, group: str
) -> None:
    """Quotes, ends of lines, control and half characters: every text reads back as it was."""
    odd = TemplateId(f"/{group}/{name}")
    template = a_template(id=odd, region=Region(place))

    text = proposed(
        [Proposal(ImageName("x"), (template,), likeness)], [group], AzureSection(), STORE
    )

    read = yaml.safe_load(text)
    assert set(read) == {"store", "subscriptions", "images"}
    assert read["images"] == [{"name": "x", "mode": "observe", "templates": [odd]}]
    assert read["subscriptions"] == [group]
