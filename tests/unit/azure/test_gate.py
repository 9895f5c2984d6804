"""What may leave the process."""

import pytest

from aibwatch.azure.gate import Gate
from scripted_arm import SUBSCRIPTION, WEB

ENDPOINT = "https://management.azure.com"
GRAPH = "/providers/Microsoft.ResourceGraph/resources"
SPELLED = WEB.replace("resourcegroups", "resourceGroups")
PROVIDERS = f"/subscriptions/{SUBSCRIPTION}/providers"


@pytest.fixture
def gate() -> Gate:
    """A gate that lets one template run."""
    return Gate(ENDPOINT, frozenset({WEB}))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/subscriptions/{SUBSCRIPTION}?api-version=1"),
        ("HEAD", "/anything"),
        ("POST", f"{GRAPH}?api-version=2021-03-01"),
        ("POST", f"{WEB}/run?api-version=2025-10-01"),
        ("POST", f"{SPELLED}/RUN"),
        ("POST", f"{WEB}/cancel"),
        ("POST", f"{WEB.replace('web-west', 'web%2Dwest')}/run"),
    ],
)
def test_reads_and_the_named_runs_pass(gate: Gate, method: str, path: str) -> None:
    """Letter case and one percent-encoding do not matter: ARM ignores them as well."""
    assert gate.allows(method, ENDPOINT + path)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"{WEB}-2/run"),
        ("POST", f"{WEB}/start"),
        ("POST", f"{WEB}"),
        ("POST", f"{WEB}//run"),
        ("POST", f"/{WEB}/run"),
        ("POST", f"{WEB}/x/../run"),
        ("POST", f"{WEB}/./run"),
        ("POST", f"{WEB}%2Frun"),
        ("POST", f"{WEB.replace('web-west', 'web%252Dwest')}/run"),
        ("POST", f"{WEB}/run;x"),
        ("POST", f"{WEB}/run/"),
        ("POST", f"{GRAPH}/x"),
        (
            "POST",
            f"{PROVIDERS}/Microsoft.VirtualMachineImages/register",
        ),
        ("PUT", WEB),
        ("DELETE", WEB),
        ("PATCH", WEB),
        ("OPTIONS", WEB),
        ("get", WEB),
        ("PUT", f"{WEB}/run"),
        ("DELETE", f"{WEB}/run"),
    ],
)
def test_everything_else_is_refused(gate: Gate, method: str, path: str) -> None:
    """Also what only looks like an allowed path."""
    assert not gate.allows(method, ENDPOINT + path)


@pytest.mark.parametrize(
    "origin",
    [
        "http://management.azure.com",
        "https://management.azure.com.evil.example",
        "https://evil.example",
        "https://management.azure.com:8443",
        "https://x@management.azure.com",
        "https://management.azure.com@evil.example",
        "",
    ],
)
def test_another_host_gets_nothing_not_even_a_read(gate: Gate, origin: str) -> None:
    """A read carries the token."""
    assert not gate.allows("GET", f"{origin}/subscriptions/{SUBSCRIPTION}")


def test_a_gate_for_nobody_lets_no_run_pass() -> None:
    """Images in mode observe or advise are not named, so nothing of them can be started."""
    gate = Gate(ENDPOINT, frozenset())

    assert not gate.allows("POST", f"{ENDPOINT}{WEB}/run")
    assert gate.allows("GET", f"{ENDPOINT}{WEB}")
