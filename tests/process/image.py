"""The container image, built as the Dockerfile says over a small Debian of our own.

The base is made by mmdebstrap from where this machine gets its packages, and the wheels come from
where its pip gets them, by the hashes of the locks; pip within the build has no index.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from house.tree import ROOT

SOURCES = ("sources.list.d/debian.sources", "sources.list.d/ubuntu.sources", "sources.list")
BASE, IMAGE = "localhost/base", "localhost/aibwatch"
LOCKS = ("requirements.lock", "requirements-build.lock")


def run(*command: str) -> str:
    """Run a program to its good end and return what it says."""
    told = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert told.returncode == 0, f"{command}: {told.stderr[-4000:]}"
    return told.stdout.strip()


@dataclass(frozen=True)
class Builder:
    """buildah, with a store of its own that is gone with its directory."""

    directory: Path

    @property
    def command(self) -> list[str]:
        """How to call it."""
        store = [f"--root={self.directory / 'store'}", f"--runroot={self.directory / 'run'}"]
        return ["buildah", *store, "--storage-driver=vfs"]

    def __call__(self, *words: str) -> str:
        """Run one of its commands."""
        return run(*self.command, *words)

    def base(self) -> None:
        """Make an image of the packages that Python needs, and no more."""
        etc = Path("/etc/apt")
        sources = next(each for name in SOURCES if (each := etc / name).is_file())
        release = dict(
            line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines()
        )
        container = self("from", "scratch")
        root = self("mount", container)
        suite = release["VERSION_CODENAME"]
        told = [f"--dpkgopt=path-exclude=/usr/share/{each}/*" for each in ("doc", "locale", "man")]
        packages = ["--variant=essential", "--include=python3-venv", "--dpkgopt=force-unsafe-io"]
        run("mmdebstrap", "--quiet", *packages, *told, suite, root, str(sources))
        self("commit", "--quiet", "--rm", container, BASE)

    def wheels(self) -> Path:
        """Download what the locks name, for the base's Python, by their hashes."""
        container = self("from", "--pull-never", BASE)
        told = "import sys; print('%d.%d' % sys.version_info[:2])"
        version = self("run", "--isolation=chroot", container, "--", "python3", "-c", told)
        self("rm", container)
        wheels = self.directory / "wheels"
        only = ["--only-binary=:all:", f"--python-version={version}", "--require-hashes"]
        locks = [word for each in LOCKS for word in ("-r", each)]
        run(sys.executable, "-m", "pip", "download", "--quiet", *only, f"--dest={wheels}", *locks)
        return wheels

    def build(self) -> None:
        """Build the Dockerfile over the base."""
        self.base()
        told = {"BASE": BASE, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/wheels"}
        arguments = [f"--build-arg={name}={value}" for name, value in told.items()]
        isolated = ["--isolation=chroot", "--pull-never", "--layers=false"]
        mounted = f"--volume={self.wheels()}:/wheels:ro"
        # Of the two formats only Docker's has a health check.
        self("bud", *isolated, "--format=docker", *arguments, mounted, f"--tag={IMAGE}", str(ROOT))

    def config(self) -> dict[str, Any]:
        """Return what the image says of itself."""
        found: dict[str, Any] = json.loads(self("inspect", "--type=image", IMAGE))["Docker"]
        return found["config"]  # type: ignore[no-any-return]


@contextmanager
def built(directory: Path) -> Iterator[Builder]:
    """Give a builder that has built the image; what it stored is gone afterwards."""
    builder = Builder(directory)
    try:
        builder.build()
        yield builder
    finally:
        subprocess.run([*builder.command, "rm", "--all"], capture_output=True, check=False)
        subprocess.run(
            [*builder.command, "rmi", "--all", "--force"], capture_output=True, check=False
        )
