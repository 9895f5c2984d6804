"""A deterministic Azure: one World, two faces (in process; ARM over TLS)."""
