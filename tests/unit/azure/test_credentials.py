"""Where tokens come from, and what becomes of it when none comes."""

import asyncio
import subprocess
import sys

import pytest
from azure.core.credentials import AccessToken
from azure.core.credentials_async import AsyncTokenCredential
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ServiceRequestError

from aibwatch.azure.arm import Arm
from aibwatch.azure.cloud import choose_cloud
from aibwatch.azure.credentials import (
    CLIENT,
    FAILURE_SECONDS,
    FEDERATED,
    TENANT,
    AtFirstUse,
    StaticToken,
    Tokens,
    choose_kind,
    open_credential,
)
from aibwatch.azure.faults import FaultError
from aibwatch.azure.gate import Gate
from aibwatch.azure.identity import credential_of
from aibwatch.azure.meter import Unobserved
from aibwatch.azure.settings import AzureSettings
from aibwatch.azure.transport import open_session
from aibwatch.errors import ConfigError
from aibwatch.model.access import CloudName, CredentialKind
from aibwatch.model.fault import FaultKind

CUSTOM = "https://localhost:8443"


class Failing(AsyncTokenCredential):
    """An issuer in trouble."""

    def __init__(self, error: Exception) -> None:
        """Raise `error` to everybody."""
        self.asked = 0
        self.closed = False
        self._error = error

    async def get_token(self, *_scopes: str, **_options: object) -> AccessToken:
        """Fail."""
        self.asked += 1
        raise self._error

    async def close(self) -> None:
        """Note it."""
        self.closed = True

    async def __aexit__(self, *_error: object) -> None:
        """Close."""
        await self.close()


def test_closing_azure_closes_the_credential() -> None:
    """Its own connections would be left open otherwise."""
    source = Failing(TimeoutError())

    async def closing() -> None:
        cloud = choose_cloud(AzureSettings())
        tokens = Tokens(source, lambda: 0.0)
        gate = Gate(cloud.endpoint, frozenset())
        await Arm(cloud, tokens, open_session(None, None), gate, Unobserved(), 1.0).close()

    asyncio.run(closing())

    assert source.closed


@pytest.mark.parametrize(
    "error",
    [
        ClientAuthenticationError("expired"),
        HttpResponseError("the issuer's own 500"),
        ServiceRequestError("no name"),
        TimeoutError(),
        ValueError("no tenant"),
    ],
)
def test_whatever_goes_wrong_at_the_issuer_is_our_own_trouble(error: Exception) -> None:
    """It must never look like an outage of a region (PROMISES S13)."""
    tokens = Tokens(Failing(error), lambda: 0.0)

    with pytest.raises(FaultError) as caught:
        asyncio.run(tokens.get_token("scope"))

    assert caught.value.fault.kind is FaultKind.AUTH


def test_a_failure_answers_for_a_while_without_asking_again() -> None:
    """A queue of requests must not wait for the issuer one by one, until their own time is up."""
    now = [100.0]
    source = Failing(TimeoutError())
    tokens = Tokens(source, lambda: now[0])

    for moment in (100.0, 100.0 + FAILURE_SECONDS / 2, 100.0 + FAILURE_SECONDS):
        now[0] = moment
        with pytest.raises(FaultError):
            asyncio.run(tokens.get_token("scope"))

    assert source.asked == 2


class Told(Unobserved):
    """Notes what is told of tokens."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.of: list[tuple[str, int | None]] = []

    def token(self, credential: str, expires: int) -> None:
        """Note it."""
        self.of.append((credential, expires))

    def no_token(self, credential: str) -> None:
        """Note it."""
        self.of.append((credential, None))


def test_it_is_told_what_comes_of_asking_for_a_token() -> None:
    """Once for each time that the issuer was asked, so that failures can be counted."""
    told = Told()

    async def asking() -> None:
        good = Tokens(StaticToken("t"), lambda: 0.0, told)
        bad = Tokens(Failing(TimeoutError()), lambda: 0.0, told, "storage")
        expires = (await good.get_token("scope")).expires_on
        for _ in range(2):
            with pytest.raises(FaultError):
                await bad.get_token("scope")
        assert told.of == [("arm", expires), ("storage", None)]

    asyncio.run(asking())


def test_auto_is_workload_identity_only_where_it_is_on_offer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Kubernetes sets the variable; without it there is managed identity, never a guess."""
    monkeypatch.delenv("AZURE_FEDERATED_TOKEN_FILE", raising=False)
    without = choose_kind(CredentialKind.AUTO)
    monkeypatch.setenv("AZURE_FEDERATED_TOKEN_FILE", "/var/run/token")

    assert without is CredentialKind.MANAGED_IDENTITY
    assert choose_kind(CredentialKind.AUTO) is CredentialKind.WORKLOAD_IDENTITY
    assert choose_kind(CredentialKind.CLI) is CredentialKind.CLI


@pytest.mark.parametrize(
    "settings",
    [
        AzureSettings(credential=CredentialKind.STATIC, token="any"),
        AzureSettings(credential=CredentialKind.STATIC, endpoint=CUSTOM),
    ],
)
def test_a_fixed_token_needs_a_custom_endpoint(settings: AzureSettings) -> None:
    """The real Azure never gets one."""
    with pytest.raises(ConfigError):
        open_credential(settings, choose_cloud(settings))


def test_azure_identity_waits_for_the_first_token() -> None:
    """To import it is a good part of a start: whoever probes the daemon need not wait for that."""
    program = (
        "import sys\n"
        "from aibwatch.azure.cloud import choose_cloud\n"
        "from aibwatch.azure.credentials import open_credential\n"
        "from aibwatch.azure.settings import AzureSettings\n"
        "import aibwatch.daemon.serve\n"
        "settings = AzureSettings()\n"
        "open_credential(settings, choose_cloud(settings))\n"
        "print('azure.identity' in sys.modules)\n"
    )

    told = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)

    assert told.stdout == b"False\n"


def test_a_credential_is_made_once_at_first_use_and_closed() -> None:
    """Also when several want the first token at the same time; unused, there is none to close."""
    made: list[Failing] = []

    def make() -> Failing:
        made.append(Failing(TimeoutError()))
        return made[-1]

    async def using() -> None:
        await AtFirstUse(make).close()
        assert not made
        credential = AtFirstUse(make)
        asked = (credential.get_token("scope") for _ in range(3))
        await asyncio.gather(*asked, return_exceptions=True)
        await credential.close()

    asyncio.run(using())

    (only,) = made
    assert (only.asked, only.closed) == (3, True)


def test_a_credential_that_cannot_be_made_is_our_own_trouble_and_tried_again() -> None:
    """As any token that does not come (PROMISES S13)."""
    tries: list[int] = []

    def make() -> AsyncTokenCredential:
        tries.append(1)
        message = "no such tenant"
        raise ValueError(message)

    async def using() -> None:
        source = AtFirstUse(make)
        for now in (0.0, FAILURE_SECONDS):
            with pytest.raises(FaultError, match="no such tenant"):
                await Tokens(source, lambda now=now: now).get_token("scope")

    asyncio.run(using())

    assert len(tries) == 2


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (CredentialKind.CLI, "AzureCliCredential"),
        (CredentialKind.MANAGED_IDENTITY, "ManagedIdentityCredential"),
        (CredentialKind.WORKLOAD_IDENTITY, "WorkloadIdentityCredential"),
    ],
)
def test_each_kind_logs_in_by_its_own_credential(
    kind: CredentialKind, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which identity acts does not depend on what happens to be installed."""
    for variable in (FEDERATED, CLIENT, TENANT):
        monkeypatch.setenv(variable, "any")
    settings = AzureSettings(credential=kind, client_id="me")

    async def opening() -> str:
        credential = credential_of(kind, settings, choose_cloud(settings))
        await credential.close()
        return type(credential).__name__

    assert asyncio.run(opening()) == name


@pytest.mark.parametrize("missing", [FEDERATED, CLIENT, TENANT])
def test_workload_identity_without_a_variable_is_a_configuration_error(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told at the start, not with the first token; the client may stand in the settings."""
    for variable in (FEDERATED, CLIENT, TENANT):
        monkeypatch.setenv(variable, "any")
    monkeypatch.delenv(missing)
    kind = CredentialKind.WORKLOAD_IDENTITY
    settings = AzureSettings(credential=kind)
    given = AzureSettings(credential=kind, client_id="me")

    with pytest.raises(ConfigError, match=f"workload_identity: {missing} "):
        open_credential(settings, choose_cloud(settings))
    if missing == CLIENT:
        assert open_credential(given, choose_cloud(given))


def test_a_token_is_not_shown() -> None:
    """Settings may end in a log."""
    assert "secret" not in repr(AzureSettings(token="secret"))
    assert asyncio.run(StaticToken("secret").get_token()).token == "secret"


@pytest.mark.parametrize(
    ("cloud", "endpoint", "scope"),
    [
        (CloudName.PUBLIC, "https://management.azure.com", "https://management.azure.com/.default"),
        (
            CloudName.USGOV,
            "https://management.usgovcloudapi.net",
            "https://management.core.usgovcloudapi.net/.default",
        ),
        (
            CloudName.CHINA,
            "https://management.chinacloudapi.cn",
            "https://management.chinacloudapi.cn/.default",
        ),
    ],
)
def test_each_cloud_has_its_endpoint_and_its_scope(
    cloud: CloudName, endpoint: str, scope: str
) -> None:
    """In the government cloud they are two hosts."""
    found = choose_cloud(AzureSettings(cloud=cloud))

    assert (found.endpoint, found.scope) == (endpoint, scope)


def test_a_custom_endpoint_replaces_the_clouds_own() -> None:
    """A trailing slash does not matter."""
    assert choose_cloud(AzureSettings(endpoint=f"{CUSTOM}/")).endpoint == CUSTOM


@pytest.mark.parametrize("endpoint", ["http://localhost", "localhost", "https://h/path", ""])
def test_an_endpoint_that_is_no_https_origin_is_refused(endpoint: str) -> None:
    """Over plain http anybody could read the token."""
    with pytest.raises(ConfigError, match="endpoint"):
        choose_cloud(AzureSettings(endpoint=endpoint))
