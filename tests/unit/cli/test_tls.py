"""TLS between the commands and the daemon, with real certificates."""

from dataclasses import dataclass
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext

import pytest
import trustme

from aibwatch.cli.client import get, post
from aibwatch.config.certificates import serving
from aibwatch.config.load import load
from aibwatch.config.sections import HttpSection, TlsSection
from aibwatch.errors import ConfigError, PermissionDeniedError, TemporaryError
from unit.cli.running import TOKEN, running
from unit.status.snapshots import calm


@dataclass(frozen=True)
class Papers:
    """A certificate with its key, and who issued it, as files."""

    cert: str
    key: str
    ca: str


def papers(folder: Path, name: str = "aibwatch.example.com") -> Papers:
    """Issue a certificate for `name` by an authority of its own."""
    folder.mkdir(exist_ok=True)
    authority = trustme.CA()
    issued = authority.issue_cert(name)
    found = Papers(*(str(folder / each) for each in ("cert.pem", "key.pem", "ca.pem")))
    for at, blob in enumerate(issued.cert_chain_pems):
        blob.write_to_path(found.cert, append=at > 0)
    issued.private_key_pem.write_to_path(found.key)
    authority.cert_pem.write_to_path(found.ca)
    Path(found.key).chmod(0o600)
    return found


def shown(given: Papers) -> TlsSection:
    """Return the settings of a daemon that shows a certificate."""
    return TlsSection(cert_file=given.cert, key_file=given.key)


def at(port: int, tls: TlsSection, **more: str) -> HttpSection:
    """Return the settings of commands that ask a daemon on this machine."""
    return HttpSection.model_validate({"listen": f"127.0.0.1:{port}", "tls": tls, **more})


def test_the_commands_know_the_daemon_by_its_certificate(tmp_path: Path) -> None:
    """Reads and orders go through, though the certificate is for another name."""
    token = tmp_path / "token"
    token.write_text(TOKEN)
    token.chmod(0o600)
    tls = shown(papers(tmp_path))

    with running(calm(), tls=serving(tls)) as daemon:
        http = at(daemon.port, tls, token_file=str(token))
        get(http, "/api/v1/status")
        post(http, "/api/v1/pause", {"reason": "move"})

    assert daemon.orders.given[0][:3] == ("pause", "all", "move")


def test_a_bundle_knows_it_by_name(tmp_path: Path) -> None:
    """As from another machine, which has no certificate to compare with."""
    given = papers(tmp_path, "127.0.0.1")

    with running(calm(), tls=serving(shown(given))) as daemon:
        answer = get(at(daemon.port, TlsSection(ca_file=given.ca)), "/api/v1/status")

    assert isinstance(answer, dict)


def test_another_certificate_of_the_same_authority_is_another(tmp_path: Path) -> None:
    """The authority may be one that gives certificates to everybody."""
    mine = papers(tmp_path)
    authority = trustme.CA()
    first, second = (authority.issue_cert("127.0.0.1") for _ in range(2))
    for at_, blob in enumerate((*first.cert_chain_pems, authority.cert_pem)):
        blob.write_to_path(mine.cert, append=at_ > 0)
    context = SSLContext(PROTOCOL_TLS_SERVER)
    second.configure_cert(context)

    with (
        running(calm(), tls=context) as daemon,
        pytest.raises(TemporaryError, match="shows another certificate"),
    ):
        get(at(daemon.port, shown(mine)), "/api/v1/status")


@pytest.mark.parametrize("by", ["cert", "ca", "name"])
def test_another_certificate_gets_no_token(tmp_path: Path, by: str) -> None:
    """One of another authority's, or one for another name."""
    mine, its = papers(tmp_path / "mine", "127.0.0.1"), papers(tmp_path / "its")
    known = {
        "cert": shown(mine),
        "ca": TlsSection(ca_file=mine.ca),
        "name": TlsSection(ca_file=its.ca),
    }[by]

    with (
        running(calm(), tls=serving(shown(its))) as daemon,
        pytest.raises(TemporaryError, match="shows another certificate"),
    ):
        get(at(daemon.port, known), "/api/v1/status")


def test_a_key_of_another_certificate_is_refused(tmp_path: Path) -> None:
    """The commonest mistake after a renewal."""
    mine, other = papers(tmp_path / "mine"), papers(tmp_path / "other")

    with pytest.raises(ConfigError, match="is no key without a password for the certificate"):
        serving(TlsSection(cert_file=mine.cert, key_file=other.key))


def test_a_key_that_everybody_may_read_is_refused(tmp_path: Path) -> None:
    """Like a token."""
    given = papers(tmp_path)
    Path(given.key).chmod(0o644)

    with pytest.raises(PermissionDeniedError, match="chmod 640"):
        serving(shown(given))


@pytest.mark.parametrize(
    ("http", "says"),
    [
        ("tls: {cert_file: /etc/c.pem}", "http.tls.cert_file and http.tls.key_file belong"),
        ("tls: {key_file: /etc/k.pem}", "http.tls.cert_file and http.tls.key_file belong"),
        ("tls: {ca_file: /etc/no.pem}", "'/etc/no.pem' holds no certificate in PEM"),
        ("tls: {cert_file: /etc/c.pem, key_file: /etc/k.pem}", "is no key without a password"),
    ],
)
def test_what_is_wrong_is_told_before_a_start(tmp_path: Path, http: str, says: str) -> None:
    """With all else that is wrong."""
    path = tmp_path / "a.yaml"
    path.write_text(f"http: {{{http}}}\nstore: {{url: 'sqlite:///{tmp_path}/a.db'}}\n")

    with pytest.raises(ConfigError, match=says):
        load(path, {}, files=True)


@pytest.mark.parametrize(
    ("listen", "more", "warned"),
    [
        ("0.0.0.0:9877", "token_file: /t", True),
        ("aibwatch.example.com:9877", "token_file: /t", True),
        ("0.0.0.0:9877", "token_file: /t, tls_by_proxy: true", False),
        ("0.0.0.0:9877", "token_file: /t, tls: {cert_file: /c, key_file: /k}", False),
        ("0.0.0.0:9877", "token_file: null", False),
        ("127.0.0.2:9877", "token_file: /t", False),
        ("[::1]:9877", "token_file: /t", False),
        ("localhost:9877", "token_file: /t", False),
    ],
)
def test_orders_in_the_clear_are_warned_of(
    tmp_path: Path, listen: str, more: str, *, warned: bool
) -> None:
    """Only where there are orders, a network and no TLS."""
    path = tmp_path / "a.yaml"
    path.write_text(f"http: {{listen: '{listen}', {more}}}\n")

    told = [each for each in load(path, {}).warnings if "has the token" in each]

    assert bool(told) is warned
