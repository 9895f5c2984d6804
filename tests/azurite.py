"""Azurite, the emulator of Azure Storage, as `.ci/tools` brings it: a process of our own."""

import base64
import hashlib
import hmac
import json
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme

from programs import missing

PROGRAM = Path(__file__).parents[1] / ".tools/azurite/node_modules/.bin/azurite-blob"
ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
"""The emulator's own key, which is the same everywhere."""
SECONDS = 30


@dataclass(frozen=True, slots=True)
class Azurite:
    """One that runs."""

    port: int
    ca_file: Path | None = None
    """What its certificate is signed by, if it speaks TLS."""

    @property
    def url(self) -> str:
        """The account's endpoint."""
        scheme, host = ("https", "localhost") if self.ca_file else ("http", "127.0.0.1")
        return f"{scheme}://{host}:{self.port}/{ACCOUNT}"


def connection_string(port: int, key: str = KEY) -> str:
    """Return the connection string of an account behind a port."""
    return (
        f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={key};"
        f"BlobEndpoint=http://127.0.0.1:{port}/{ACCOUNT};"
    )


@contextmanager
def running(folder: Path, *, tls: bool) -> Iterator[Azurite]:
    """Start Azurite on a free port, and end it by its process id."""
    _there()
    port = _free_port()
    command = [
        *(str(PROGRAM), "--blobHost", "127.0.0.1", "--blobPort", str(port)),
        *("--inMemoryPersistence", "--silent", "--disableTelemetry", "--skipApiVersionCheck"),
    ]
    ca_file = _certificates(folder) if tls else None
    if tls:
        cert, key = folder / "cert.pem", folder / "key.pem"
        command += ["--oauth", "basic", "--cert", str(cert), "--key", str(key)]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    try:
        _await_port(port, process)
        yield Azurite(port, ca_file)
    finally:
        process.terminate()
        process.wait(SECONDS)


def token() -> str:
    """Return a token that the emulator takes: it looks at claims, not at who signed them."""
    now = int(time.time())  # noqa: TID251  the emulator looks at the real one
    claims = {
        "iss": "https://sts.windows.net/11111111-2222-3333-4444-555555555555/",
        "aud": "https://storage.azure.com",
        "iat": now - 60,
        "nbf": now - 60,
        "exp": now + 3600,
    }
    parts = [_encoded(json.dumps(each).encode()) for each in ({"alg": "HS256"}, claims)]
    signed = hmac.new(b"k" * 32, ".".join(parts).encode(), hashlib.sha256).digest()
    return ".".join([*parts, _encoded(signed)])


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _there() -> None:
    if not PROGRAM.exists():
        missing("there is no Azurite; .ci/tools brings it, with Node 20 and npm")


def _certificates(folder: Path) -> Path:
    ca = trustme.CA()
    made = ca.issue_cert("localhost")
    made.private_key_pem.write_to_path(folder / "key.pem")
    made.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    ca.cert_pem.write_to_path(folder / "ca.pem")
    return folder / "ca.pem"


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _await_port(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    message = f"Azurite does not answer on port {port} (exit {process.poll()})"
    raise RuntimeError(message)
