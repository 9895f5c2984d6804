"""Both shapes in which a message names its build's log."""

import pytest

from aibwatch.model.loglocation import LogLocation, log_location

ARM = (
    "logs are at location /subscriptions/s/resourceGroups/IT_x/providers/Microsoft.Storage/"
    "storageAccounts/Abc123/blobServices/default/containers/packerlogs/g-1/customization.log. Use"
)
URL = "see https://abc123.blob.core.windows.net/packerlogs/g-1/customization.log?sv=1&sig=x for"


def test_an_arm_path_names_the_account() -> None:
    """The shape of 2024 has no host."""
    assert log_location(ARM) == LogLocation("abc123", "packerlogs", "g-1/customization.log")


def test_a_url_names_its_host_too_and_loses_its_signature() -> None:
    """The older shape; what is signed is left behind."""
    found = log_location(URL)

    assert found == LogLocation(
        "abc123", "packerlogs", "g-1/customization.log", "abc123.blob.core.windows.net"
    )


def test_the_first_log_counts() -> None:
    """A message that names several is read from its begin."""
    found = log_location(f"{URL} {ARM}")

    assert found is not None
    assert found.host


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no blob here",
        "https://abc123.blob.core.windows.net/files/tool.zip failed",
        "http://abc123.blob.core.windows.net/packerlogs/x/customization.log",
        "https://evil.example/packerlogs/x/customization.log",
        "https://UPPER_.blob.core.windows.net/packerlogs/x.log",
    ],
)
def test_what_is_no_log_in_a_blob_is_none(text: str) -> None:
    """Customizers' files, other schemes and hosts that are no blob endpoint."""
    assert log_location(text) is None


def test_a_foreign_host_is_told_as_it_stands() -> None:
    """Whoever reads the log must see it: a message must not choose where a token goes."""
    found = log_location("https://abc123.blob.evil.example/packerlogs/x/customization.log")

    assert found is not None
    assert found.host == "abc123.blob.evil.example"
