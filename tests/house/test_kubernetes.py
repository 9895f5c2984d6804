"""deploy/kubernetes: what is rendered is valid, restricted, and means the daemon that there is."""

import json
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml

from aibwatch.config.load import load
from house.overlays import OVERLAYS, pod, rendered, the
from house.tree import ROOT

SCHEMAS = ROOT / "tests/house/schemas"
VERSIONS = ("1.32", "1.37")
"""The oldest and the newest Kubernetes that the manifests are checked for."""
OURS = {"monitoring.coreos.com/v1"}
"""APIs of which Kubernetes has no schema: those are checked by small ones of our own."""

each_overlay = pytest.mark.parametrize("overlay", OVERLAYS)


@each_overlay
@pytest.mark.parametrize("version", VERSIONS)
def test_kubernetes_takes_every_object(overlay: str, version: str) -> None:
    """No key that it does not know, no value of another type."""
    for each in rendered(overlay):
        if each["apiVersion"] not in OURS:
            kubernetes_validate.validate(each, version, strict=True)


def test_a_wrong_manifest_is_refused() -> None:
    """The check above can fail: on a value of another type, and on a key that there is not."""
    wrong = {"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"replicas": "two"}}
    unknown = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"nmae": "aibwatch"}}

    for each in (wrong, unknown):
        with pytest.raises(kubernetes_validate.ValidationError):
            kubernetes_validate.validate(each, VERSIONS[-1], strict=True)


@each_overlay
def test_the_operator_takes_its_objects(overlay: str) -> None:
    """Each has a schema of our own, and fits it."""
    found = [each for each in rendered(overlay) if each["apiVersion"] in OURS]

    assert found
    for each in found:
        schema = json.loads((SCHEMAS / f"{each['kind']}.json").read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator(schema).validate(each)


@each_overlay
def test_the_pods_are_restricted(overlay: str) -> None:
    """What the namespace enforces, and a read-only root and no token of the cluster besides."""
    spec = pod(overlay)["spec"]
    (container,) = spec["containers"]
    space = the(overlay, "Namespace")["metadata"]

    assert space["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    assert {each["metadata"].get("namespace", space["name"]) for each in rendered(overlay)} == {
        space["name"]
    }
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["runAsUser"] == 65532
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert spec["automountServiceAccountToken"] is False
    assert {next(iter(each.keys() - {"name"})) for each in spec["volumes"]} <= {
        "configMap",
        "emptyDir",
        "persistentVolumeClaim",
        "secret",
    }


@each_overlay
def test_the_configuration_of_the_pods_is_valid(overlay: str) -> None:
    """As `aibwatch config validate` takes it, with the variables of the container."""
    (container,) = pod(overlay)["spec"]["containers"]
    environ = {each["name"]: each["value"] for each in container["env"]}

    settings = load(ROOT / "deploy/kubernetes/overlays" / overlay / "aibwatch.yaml", environ)

    assert settings.warnings == ()
    assert len(settings.fleet()) == 1
    assert settings.http.host == "0.0.0.0"  # noqa: S104  the pod is reached from outside
    assert settings.store.shared == (overlay == "blob")
    assert str(settings.http.token_file) in _files(overlay)


def _files(overlay: str) -> set[str]:
    """Return the files of secrets as the container sees them, by the command that makes them."""
    (container,) = pod(overlay)["spec"]["containers"]
    secrets = {
        each["name"]: each["secret"] for each in pod(overlay)["spec"]["volumes"] if "secret" in each
    }
    source = (ROOT / "deploy/kubernetes/base/deployment.yaml").read_text(encoding="utf-8")
    return {
        f"{mount['mountPath']}/token"
        for mount in container["volumeMounts"]
        if mount["name"] in secrets
        if f"{secrets[mount['name']]['secretName']} --from-literal=token=" in source
    }


@each_overlay
def test_everybody_may_read_the_token_but_others(overlay: str) -> None:
    """The daemon refuses a token that others may read, and runs in the group that may."""
    spec = pod(overlay)["spec"]
    (mode,) = (each["secret"]["defaultMode"] for each in spec["volumes"] if "secret" in each)

    assert mode == 0o440
    assert spec["securityContext"]["fsGroup"] == spec["securityContext"]["runAsGroup"]


@each_overlay
def test_the_others_mean_the_pods(overlay: str) -> None:
    """Budget, policy, monitor and account name what the deployment makes."""
    template = pod(overlay)
    labels, spec = template["metadata"]["labels"], template["spec"]
    (container,) = spec["containers"]
    (port,) = container["ports"]
    monitor, policy = the(overlay, "PodMonitor")["spec"], the(overlay, "NetworkPolicy")["spec"]
    selectors = [
        the(overlay, "PodDisruptionBudget")["spec"]["selector"],
        the(overlay, "Deployment")["spec"]["selector"],
        monitor["selector"],
        policy["podSelector"],
    ]

    assert all(each["matchLabels"].items() <= labels.items() for each in selectors)
    assert labels[monitor["jobLabel"]] == "aibwatch"
    assert [each["port"] for each in monitor["podMetricsEndpoints"]] == [port["name"]]
    assert [each["ports"][0]["port"] for each in policy["ingress"]] == [port["name"]]
    assert labels["azure.workload.identity/use"] == "true"
    account = the(overlay, "ServiceAccount")["metadata"]
    assert spec["serviceAccountName"] == account["name"]
    assert "azure.workload.identity/client-id" in account["annotations"]


@each_overlay
def test_the_policy_lets_out_what_is_needed_and_not_to_the_node(overlay: str) -> None:
    """Names and https; the metadata service of the node would give its identity away."""
    egress = the(overlay, "NetworkPolicy")["spec"]["egress"]
    ports = {each["port"] for rule in egress for each in rule["ports"]}
    (web,) = (rule for rule in egress if rule["ports"][0]["port"] == 443)

    assert ports == {53, 443}
    assert "169.254.0.0/16" in web["to"][0]["ipBlock"]["except"]


def test_there_are_as_many_replicas_as_the_store_can_have() -> None:
    """A file has one, which ends before the next begins; a container two, one of them always up."""
    one, two = (the(each, "Deployment")["spec"] for each in OVERLAYS)

    assert (one["replicas"], one["strategy"]) == (1, {"type": "Recreate"})
    assert two["replicas"] == 2
    assert two["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    assert _claims("sqlite") == [the("sqlite", "PersistentVolumeClaim")["metadata"]["name"]]
    assert _claims("blob") == []


def _claims(overlay: str) -> list[Any]:
    volumes = pod(overlay)["spec"]["volumes"]
    return [
        each["persistentVolumeClaim"]["claimName"]
        for each in volumes
        if "persistentVolumeClaim" in each
    ]


def test_the_state_is_where_the_configuration_says() -> None:
    """The volume is mounted at the store's directory."""
    (container,) = pod("sqlite")["spec"]["containers"]
    mounts = {each["name"]: each["mountPath"] for each in container["volumeMounts"]}

    assert load(None, {}).store.path.startswith(f"{mounts['state']}/")
    assert mounts["config"] == "/etc/aibwatch"


def test_the_configuration_has_the_name_that_the_image_asks_for() -> None:
    """The key of the ConfigMap is the file of AIBWATCH_CONFIG."""
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    (key,) = the("sqlite", "ConfigMap")["data"]

    assert f"AIBWATCH_CONFIG=/etc/aibwatch/{key}" in dockerfile
    assert yaml.safe_load(the("sqlite", "ConfigMap")["data"][key])["images"]
