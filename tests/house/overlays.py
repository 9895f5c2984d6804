"""The manifests of deploy/kubernetes, as kubectl renders them."""

import subprocess
from functools import cache
from typing import Any

import yaml

from house.tree import ROOT
from programs import program

OVERLAYS = ("sqlite", "blob")
KUBECTL = "1.21 or newer, without a cluster: https://kubernetes.io/docs/tasks/tools"


@cache
def rendered(overlay: str) -> tuple[dict[str, Any], ...]:
    """Return the objects that `kubectl apply -k` would apply."""
    folder = ROOT / "deploy/kubernetes/overlays" / overlay
    told = subprocess.run(
        [program("kubectl", KUBECTL), "kustomize", str(folder)],
        check=True,
        capture_output=True,
        text=True,
    )
    return tuple(yaml.safe_load_all(told.stdout))


def the(overlay: str, kind: str) -> dict[str, Any]:
    """Return the one object of a kind."""
    (found,) = (each for each in rendered(overlay) if each["kind"] == kind)
    return found


def pod(overlay: str) -> dict[str, Any]:
    """Return what the pods of the deployment are made from."""
    template: dict[str, Any] = the(overlay, "Deployment")["spec"]["template"]
    return template
