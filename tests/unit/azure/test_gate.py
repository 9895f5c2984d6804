"""What may leave the process."""

import pytest

from aibwatch.azure.gate import Gate
from aibwatch.model.names import TemplateId
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


def test_what_is_permitted_anew_is_all_that_passes(gate: Gate) -> None:
    """Another configuration names others, and those of the last one pass no more (S36, S42)."""
    other = TemplateId(f"{WEB}-3")

    gate.permit(frozenset({other}))

    assert gate.allows("POST", f"{ENDPOINT}{other}/run")
    assert not gate.allows("POST", f"{ENDPOINT}{WEB}/run")


OTHER = TemplateId(f"{WEB}-2")


def test_what_is_admitted_passes_once(gate: Gate) -> None:
    """An operator ordered one request: a second is not his (PROMISES S36)."""
    with gate.admitting(OTHER):
        passed = [gate.allows("POST", f"{ENDPOINT}{OTHER}/run?api-version=1") for _ in range(2)]

    assert passed == [True, False]


def test_what_is_admitted_and_not_sent_passes_no_more(gate: Gate) -> None:
    """The gate closes with the order's block, however that ends."""
    with pytest.raises(TimeoutError), gate.admitting(OTHER):
        raise TimeoutError

    assert not gate.allows("POST", f"{ENDPOINT}{OTHER}/run")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"{OTHER}/cancel"),
        ("POST", f"{OTHER}%2Frun"),
        ("POST", f"{OTHER}//run"),
        ("POST", f"{OTHER}-3/run"),
        ("DELETE", f"{OTHER}/run"),
        ("PUT", OTHER),
    ],
)
def test_an_order_admits_its_run_and_nothing_else(gate: Gate, method: str, path: str) -> None:
    """No cancel, and nothing that only looks like it; what is refused uses nothing up."""
    with gate.admitting(OTHER):
        assert not gate.allows(method, ENDPOINT + path)
        assert gate.allows("POST", f"{ENDPOINT}{OTHER}/run")


def test_an_order_takes_nothing_from_those_that_were_named(gate: Gate) -> None:
    """A template of an image in mode auto passes before, in between and afterwards."""
    with gate.admitting(WEB):
        assert all(gate.allows("POST", f"{ENDPOINT}{WEB}/run") for _ in range(3))

    assert gate.allows("POST", f"{ENDPOINT}{WEB}/run")


def test_the_one_template_that_may_be_made_passes_once() -> None:
    """A second request would be another template, or the same one again."""
    gate = Gate(ENDPOINT, frozenset(), may_create=WEB)

    assert not gate.allows("PUT", f"{ENDPOINT}{WEB}-2?api-version=2025-10-01")
    assert not gate.allows("PUT", f"{ENDPOINT}{WEB}/triggers/x")
    assert not gate.allows("POST", f"{ENDPOINT}{WEB}/run")
    assert gate.allows("PUT", f"{ENDPOINT}{SPELLED}?api-version=2025-10-01")
    assert not gate.allows("PUT", f"{ENDPOINT}{SPELLED}?api-version=2025-10-01")
