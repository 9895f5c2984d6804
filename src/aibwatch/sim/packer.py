"""What `customization.log` says: lines like Packer's, about what really happened to a build.

The forms of the lines are those of public logs; names, addresses and times are invented.
"""

from datetime import datetime, timedelta

from aibwatch.sim import body
from aibwatch.sim.body import Body

_APART = timedelta(seconds=20)
_BEGUN = (
    "[{at}] PACKER OUT azure-arm: output will be in this color.",
    "[{at}] PACKER ERR {at} ui: ==> azure-arm: Running builder ...",
    "[{at}] PACKER OUT ==> azure-arm: Getting tokens using client secret",
    "[{at}] PACKER OUT ==> azure-arm: Validating deployment template ...",
    "[{at}] PACKER OUT ==> azure-arm: Deploying deployment template ...",
    "[{at}] PACKER OUT ==> azure-arm: Getting the VM's IP address ...",
    "[{at}] PACKER OUT ==> azure-arm: Waiting for SSH to become available...",
    "[{at}] PACKER OUT ==> azure-arm: Connected to SSH!",
)
_STEP = (
    "[{at}] PACKER ERR {at} packer: {at} [INFO] (telemetry) Starting provisioner shell",
    "[{at}] PACKER OUT ==> azure-arm: Provisioning with shell script: /tmp/{step}.sh",
)
_DONE = "[{at}] PACKER ERR {at} packer: {at} [INFO] (telemetry) ending shell"
_STATUS = "Script exited with non-zero exit status: 100. Allowed exit codes are: [0]"
_FAILED = (
    "[{at}] PACKER OUT     azure-arm: E: Unable to locate package contoso-agent",
    "[{at}] PACKER ERR {at} packer: {at} [INFO] RPC endpoint: Communicator ended with: 100",
    "[{at}] PACKER OUT ==> azure-arm: Provisioning step had errors: Running the cleanup",
    "[{at}] PACKER OUT ==> azure-arm: {status}",
    "[{at}] PACKER OUT ==> azure-arm: Deleting individual resources ...",
    "[{at}] PACKER ERR Build 'azure-arm' errored: {status}",
    "[{at}] PACKER OUT ==> Builds finished but no artifacts were created.",
)
_HUNG = (
    "[{at}] PACKER ERR Cancelling builder after context cancellation context deadline exceeded",
)
_BUILT = (
    "[{at}] PACKER OUT ==> azure-arm: Powering off machine ...",
    "[{at}] PACKER OUT ==> azure-arm: Capturing image ...",
    "[{at}] PACKER OUT ==> Builds finished. The artifacts of successful builds are:",
)
_ENDS = {"failed": _FAILED, "hung": _HUNG, "built": _BUILT}


def log(authored: Body, began: datetime, end: str) -> bytes:
    """Return the log of a build; `end` is `failed`, `hung` or `built`.

    A script that failed or hung is the last one; all before it went well.
    """
    names = [str(body.at(step, "name")) for step in _steps(authored)]
    lines = list(_BEGUN)
    for name in names:
        lines += [each.replace("{step}", name) for each in _STEP]
        if name != names[-1] or end == "built":
            lines.append(_DONE)
    lines += _ENDS[end]
    dated = (
        line.replace("{status}", _STATUS).replace("{at}", _stamp(began + n * _APART))
        for n, line in enumerate(lines)
    )
    return "".join(f"{line}\n" for line in dated).encode()


def _stamp(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%S}Z"


def _steps(authored: Body) -> list[object]:
    steps = body.at(authored, "properties", "customize")
    return list(steps) if isinstance(steps, list) else []
