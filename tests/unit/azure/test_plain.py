"""Plain reads: azure-core's policies stand above them as above the SDK's own transport."""

import asyncio
from base64 import urlsafe_b64encode
from pathlib import Path
from time import monotonic

from azure.core.credentials import AccessToken
from azure.core.credentials_async import AsyncTokenCredential
from multidict import CIMultiDict

from aibwatch.azure.arm import Arm
from aibwatch.azure.cloud import choose_cloud
from aibwatch.azure.credentials import Tokens
from aibwatch.azure.gate import Gate
from aibwatch.azure.meter import Unobserved
from aibwatch.azure.transport import open_session
from aibwatch.model.fault import Fault, FaultKind
from scripted_arm import SUBSCRIPTION, Said, ScriptedArm, scripted

CLAIMS = '{"access_token": {"nbf": {"essential": true}}}'
CHALLENGE = (
    f'Bearer error="insufficient_claims", claims="{urlsafe_b64encode(CLAIMS.encode()).decode()}"'
)
URL = f"/subscriptions/{SUBSCRIPTION}?api-version=2022-12-01"


class Issuer(AsyncTokenCredential):
    """Names each token after the claims that it was asked for."""

    def __init__(self, error: Exception | None = None) -> None:
        """Raise `error` when asked for claims, if there is one."""
        self._error = error

    async def get_token(
        self, *_scopes: str, claims: str | None = None, **_more: object
    ) -> AccessToken:
        """Give a token."""
        if claims and self._error:
            raise self._error
        return AccessToken("with claims" if claims else "plain", 2**31)

    async def close(self) -> None:
        """Do nothing."""

    async def __aexit__(self, *_error: object) -> None:
        """Do nothing."""


def read(
    directory: Path, issuer: Issuer, *answers: Said, times: int = 1
) -> tuple[list[bytes | Fault], list[str]]:
    """Return what so many plain reads found, and the tokens that they carried."""

    async def asking() -> tuple[list[bytes | Fault], list[str]]:
        async with scripted(directory, *answers) as script:
            arm = opened(script, issuer)
            try:
                found = [await arm.read(SUBSCRIPTION, URL) for _ in range(times)]
            finally:
                await arm.close()
            return found, [each.headers["Authorization"] for each in script.heard]

    return asyncio.run(asking())


def opened(script: ScriptedArm, issuer: Issuer) -> Arm:
    """Return the door to a scripted ARM."""
    cloud = choose_cloud(script.settings())
    session = open_session(None, script.ca_file)
    gate, tokens = Gate(cloud.endpoint, frozenset()), Tokens(issuer, monotonic)
    return Arm(cloud, tokens, session, gate, Unobserved(), within=5.0)


def test_a_challenge_is_answered_with_claims_in_whatever_line_it_comes(tmp_path: Path) -> None:
    """Continuous access evaluation: the token that was good is not any more."""
    lines = CIMultiDict([("WWW-Authenticate", 'Basic realm="x"'), ("WWW-Authenticate", CHALLENGE)])

    found, tokens = read(tmp_path, Issuer(), Said(b"", 401, lines), Said(b"{}"), times=2)

    assert found == [b"{}", b"{}"]
    assert tokens == ["Bearer plain", "Bearer with claims", "Bearer with claims"]


def test_a_challenge_that_the_issuer_does_not_meet_is_our_own_trouble(tmp_path: Path) -> None:
    """It must not look like an outage of a region (PROMISES S13)."""
    answer = Said(b'{"error": {}}', 401, {"WWW-Authenticate": CHALLENGE})

    (found,), tokens = read(tmp_path, Issuer(TimeoutError()), answer)

    assert isinstance(found, Fault)
    assert found.kind is FaultKind.AUTH
    assert tokens == ["Bearer plain"]


def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    """It would carry the token elsewhere."""
    (found,), tokens = read(tmp_path, Issuer(), Said(b"", 302, {"Location": "/elsewhere"}))

    assert isinstance(found, Fault)
    assert (found.kind, found.status) == (FaultKind.NONSENSE, 302)
    assert len(tokens) == 1
