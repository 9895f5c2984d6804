"""A private CA, so that real clients talk TLS to the simulated ARM as they do to the real one."""

import ssl
from pathlib import Path

import trustme


def server_context(directory: Path) -> tuple[ssl.SSLContext, Path]:
    """Return a server's TLS context for localhost, and the CA file for its clients.

    The CA file `ca.pem` is written to `directory`. Raises OSError if it cannot be.
    """
    authority = trustme.CA()
    ca_file = directory / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    return context, ca_file
