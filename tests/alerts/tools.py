"""Prometheus' and Alertmanager's own programs, as `.ci/tools` brings them."""

import subprocess

from house.tree import ROOT
from programs import program as looked_for

UNPACKED = ROOT / ".tools/prometheus/usr/bin"


def program(name: str) -> str:
    """Return the path of a program; without it the test is skipped, in CI it fails."""
    return looked_for(name, ".ci/tools brings it from Debian's packages", UNPACKED)


def said(name: str, *arguments: str, given: str | None = None) -> str:
    """Run a program that must come to a good end, and return all that it said."""
    ended = subprocess.run(
        [program(name), *arguments],
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 0, ended.stdout
    return ended.stdout
