"""Prints what is installed beside this Python, as a software bill of materials (CycloneDX 1.6).

Run with a lock of pip: what is in the lock comes with the hashes that it may have. There is no time
and no random number in it, so that the same image has the same bill.
"""

import json
import re
import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

PINNED = re.compile(r"^([\w.-]+)==([^\s;\\]+)((?:.*\\\n)*.*)$", re.MULTILINE)


def hashes(lock: str) -> dict[str, list[str]]:
    """Return the SHA-256 of all files that may be installed, by name and version."""
    return {
        f"{name}=={version}": re.findall(r"sha256:([0-9a-f]{64})", rest)
        for name, version, rest in PINNED.findall(lock)
    }


def component(each: Distribution, known: dict[str, list[str]]) -> dict[str, Any]:
    """Return one package."""
    name, version = re.sub(r"[-_.]+", "-", each.name).lower(), each.version
    told = each.metadata.get("License-Expression") or each.metadata.get("License") or ""
    found: dict[str, Any] = {
        "type": "library",
        "bom-ref": f"pkg:pypi/{name}@{version}",
        "name": name,
        "version": version,
        "purl": f"pkg:pypi/{name}@{version}",
    }
    if told and "\n" not in told:
        found["licenses"] = [{"license": {"name": told}}]
    allowed = known.get(f"{name}=={version}", ())
    if allowed:
        files = [{"alg": "SHA-256", "content": each} for each in sorted(allowed)]
        found["externalReferences"] = [
            {"type": "distribution", "url": found["purl"], "hashes": files}
        ]
    return found


def bill(lock: str) -> dict[str, Any]:
    """Return the whole of it."""
    known = hashes(lock)
    found = {each.name.lower(): component(each, known) for each in distributions()}
    own = found.pop("aibwatch")
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {**own, "type": "application"}},
        "components": [found[name] for name in sorted(found)],
    }


if __name__ == "__main__":
    json.dump(bill(Path(sys.argv[1]).read_text(encoding="utf-8")), sys.stdout, indent=1)
