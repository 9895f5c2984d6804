"""What a build tells of itself: a script, a restart, the guest, Packer. The owner's by nature."""

from aibwatch.diagnose.signature import Signature, Sure, wording
from aibwatch.model.symptom import Where
from aibwatch.model.verdict import Cause

_BUILD = frozenset({Where.RUN, Where.LOG, Where.REQUEST})
_GUEST = frozenset({Where.RUN, Where.LOG})
"""Elsewhere the same words are a caller's own program speaking."""
DOCS = "learn.microsoft.com image-builder-troubleshoot"

SCRIPT = (
    Signature(
        "script_exit_status",
        wording(
            r"non-zero exit (?:status|code)",
            r"allowed exit codes are",
            r"script (?:exited|failed|returned|terminated) with (?:exit |error |return )?"
            r"(?:code|status)",
            r"inline script failed",
            r"provisioner .{0,40}(?:exited|failed) with (?:exit )?(?:code|status)",
        ),
        Cause.USER_BUILD,
        "a customizer's script ended with an error",
        "azvmimagebuilder customization.log; packer provisioner sources",
        where=_BUILD,
    ),
    Signature(
        "script_error",
        wording(
            r"is not recognized as the name of a cmdlet",
            r"traceback \(most recent call last\)",
            r": command not found\b",
            r"\bmake: \*\*\* \[",
            r"unable to locate package\b",
            r"e: (?:unable|failed) to (?:fetch|locate|correct)\b",
            r"dpkg: error processing",
            r"could not get lock /var/lib/(?:dpkg|apt)",
            r"no package .{1,60} available",
            r"nothing to do\. .{0,40}error",
            r"(?:npm err!|pip\b.{0,40}error:|choco(?:latey)?\b.{0,80}(?:failed|not successful))",
            r"fatal: \[.{1,60}\]: (?:failed|unreachable)!",
            r"\bmsiexec\b.{0,80}\b16\d\d\b",
        ),
        Cause.USER_BUILD,
        "a step in the guest failed: PowerShell, a package manager or another tool says so",
        "customization logs; runner-images",
        where=_GUEST,
    ),
    Signature(
        "powershell_record",
        wording(
            r"\+ categoryinfo\s{0,9}:",
            r"\+ fullyqualifiederrorid\s{0,9}:",
            r"at line:\d{1,5} char:\d{1,5}",
        ),
        Cause.USER_BUILD,
        "PowerShell wrote an error; not every error ends a script",
        "runner-images; PowerShell about_Preference_Variables",
        sure=Sure.OPEN,
        where=_GUEST,
    ),
    Signature(
        "windows_update",
        wording(
            r"\b0x8024[0-9a-f]{4}\b",
            r"\b0x800f[0-9a-f]{4}\b",
            r"windows.?update.{0,60}(?:failed|error|exit(?:ed)? (?:with )?(?:code|status))",
            r"failed to (?:download|install|search).{0,30}windows updates?",
        ),
        Cause.USER_BUILD,
        "Windows Update failed in the guest",
        "learn.microsoft.com windows-update-error-reference",
        where=_GUEST,
    ),
    Signature(
        "restart",
        wording(
            r"shutdown has already been scheduled",
            r"system shutdown is in progress",
            r"timeout waiting for machine to restart",
            r"waiting for machine to become available.{0,60}(?:timeout|timed out)",
            r"machine .{0,30}failed to restart",
        ),
        Cause.USER_BUILD,
        "the Windows guest did not restart as it should",
        DOCS,
        where=_GUEST,
    ),
    Signature(
        "validator",
        wording(
            r"\bfailed : \{",
            r"in.?vm validation.{0,60}fail",
            r"validation step.{0,40} failed",
            r"\bvalidator\b.{0,60}\b(?:failed|exited)",
            r"tests passed: \d{1,6}, failed: [1-9]",
            r"\bpester\b.{0,80}\bfail",
        ),
        Cause.USER_BUILD,
        "a validator found the image wanting",
        "runner-images Pester output; image-builder-json",
        where=_BUILD,
    ),
    Signature(
        "sysprep",
        wording(
            r"\bimage_state_\w{3,40}",
            r"\bsysprp\b",
            r"\bsysprep\b.{0,80}(?:fail|error|fatal|could not|not able|timed out)",
            r"vmagentdisabler\.dll",
            r"was installed for a user, but not provisioned for all users",
        ),
        Cause.USER_BUILD,
        "Windows could not be generalised; by software of the build, a small VM, or once an agent"
        " of the platform's",
        f"{DOCS}; azvmimagebuilder#83; runner-images#6790",
        sure=Sure.OPEN,
        where=_BUILD,
    ),
    Signature(
        "connection_cut",
        wording(
            r"communicator ended with: 2300218",
            r"remote command exited without exit status",
            r"cancelling builde?r? after (?:receiving terminated|context cancell?ation)",
            r"\bunexpected eof\b",
            r"(?:ssh|winrm).{0,40}(?:connection (?:reset|lost|closed|refused)|disconnect)",
            r"error (?:uploading|downloading).{0,80}(?:winrm|ssh|script)",
            r"plugin (?:exited|process exited|crashed)",
            r"connection is shut down",
        ),
        Cause.USER_BUILD,
        "the connection to the VM was lost: cut by a script, a VM too small, or the platform",
        DOCS,
        sure=Sure.OPEN,
        where=_GUEST,
    ),
    Signature(
        "guest_network",
        wording(
            r"could not resolve (?:host|proxy)",
            r"(?:failure in|failed) name resolution",
            r"name or service not known",
            r"\bno such host\b",
            r"\bgetaddrinfo\b",
            r"curl: \(\d{1,2}\)",
            r"remote name could not be resolved",
            r"failed to connect to .{1,80} port \d{1,5}",
        ),
        Cause.USER_BUILD,
        "something in the build could not be reached: a mirror, a name, or the build's network",
        "customization logs",
        sure=Sure.OPEN,
        where=_GUEST,
    ),
    Signature(
        "disk_full",
        wording(
            r"no space left on device",
            r"there is not enough space on the disk",
            r"out of memory: kill",
            r"cannot allocate memory",
            r"\boutofmemory(?:exception|error)\b",
        ),
        Cause.USER_BUILD,
        "the build VM's disk or memory is too small for what is built",
        DOCS,
        where=_GUEST,
    ),
    Signature(
        "provisioner_started",
        wording(
            r"\(telemetry\) starting provisioner",
            r"provisioning with (?:shell|powershell|windows-\w{3,20}|ansible|file) ?"
            r"(?:script|local)?",
        ),
        Cause.USER_BUILD,
        "the build had reached its VM and was running customizers",
        f"{DOCS}: logs",
        where=_GUEST,
    ),
)
"""Decides wherever it stands: what a customizer prints about Azure is the customizer's business."""

ORDINARY = (
    Signature(
        "distribution_failed",
        wording(r"failed in distributing", r"error publishing mdi", r"\bdistribution failed\b"),
        Cause.USER_BUILD,
        "the image was built and could not be distributed, which has many causes",
        "azvmimagebuilder#47, #50, #58",
        sure=Sure.OPEN,
    ),
    Signature(
        "build_failed",
        wording(
            r"review the build log",
            r"packer build logs are at location",
            r"packer build command has failed",
            r"\bpackerbuildfailed\b",
            r"during the image build,? a failure has occurred",
            r"build '[^']{1,80}' (?:errored|didn't complete|finished with errors)",
            r"some builds didn't complete successfully",
            r"failed in (?:building|customizing)",
            r"microservice has failed",
        ),
        Cause.USER_BUILD,
        "the ordinary build failure: some step failed, its log tells which",
        f"{DOCS}; azure-powershell#24244; in one outage too (azvmimagebuilder#101)",
        sure=Sure.OPEN,
    ),
)
"""Says only that a build failed. Whether it left a log tells more than the words."""
