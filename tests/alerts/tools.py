"""Prometheus' and Alertmanager's own programs, as `.ci/tools` brings them."""

import subprocess
from pathlib import Path

from house.tree import ROOT
from programs import missing
from programs import program as looked_for

UNPACKED = ROOT / ".tools/prometheus/usr/bin"
TEMPLATES = Path("/usr/share/prometheus/alertmanager/default.tmpl")
"""Where Debian's Alertmanager looks for its templates; without them it does not start."""


def program(name: str) -> str:
    """Return the path of a program; without it the test is skipped, in CI it fails."""
    if name == "prometheus-alertmanager" and not TEMPLATES.exists():
        missing(f"there is no {TEMPLATES}; .ci/tools copies it there as root")
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
