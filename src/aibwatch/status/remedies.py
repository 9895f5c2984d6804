"""What would change each decision, in a sentence, and where Microsoft writes about each item."""

from collections.abc import Mapping
from types import MappingProxyType

from aibwatch.model.decision import Reason
from aibwatch.model.readiness import Check

REMEDIES: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.NOTHING_FAILED: "Nothing is wrong; a failed run of the primary would change it.",
        Reason.NOT_SEEN_YET: "The first successful read of the primary.",
        Reason.ANSWERED: "This failure has its answer; a newer failed run would be a new case.",
        Reason.USER_ERROR: "It would fail in any region: mend the template or what it names.",
        Reason.RETRYABLE: "It should pass on the next run; start the primary again.",
        Reason.UNKNOWN_ERROR: "Nobody knows this error: read it and decide by hand.",
        Reason.WATCHER_TROUBLE: "It is our own trouble: mend the login or network of aibwatch.",
        Reason.CANCELED: "Somebody cancelled the run; run the primary again if it is wanted.",
        Reason.PARTIAL: "Some outputs exist; look at the run's outputs and run it again.",
        Reason.PRIMARY_RUNNING: "The end of the primary's run.",
        Reason.PRIMARY_STUCK: "The run is past its timeout: cancel it, or wait for its end.",
        Reason.OVERDUE: "A good build: run the primary, or look why nobody did.",
        Reason.PRIMARY_UNREADABLE: "A successful read of the primary.",
        Reason.AWAITING_EVIDENCE: "A second family of evidence against the region.",
        Reason.NEVER_SUCCEEDED: "One good run of this template, or a notice from Microsoft.",
        Reason.CHANGED_SINCE_SUCCESS: "One good run of the changed template, or a notice.",
        Reason.DEBOUNCING: "The evidence lasting for the whole of detection.debounce.",
        Reason.REGION_RECOVERED: "The region is healthy again: run the primary.",
        Reason.BUILT_ELSEWHERE: "A secondary already has a run since; a newer failure would.",
        Reason.TOO_OLD: "The failure is too old to be answered: run the primary or a secondary.",
        Reason.OBSERVE_ONLY: "Mode advise or auto for this image.",
        Reason.ADVISE_ONLY: "Mode auto for this image, or the command run by hand.",
        Reason.PAUSED: "`aibwatch resume` by whoever paused, or the end of the pause.",
        Reason.NOT_LEADER: "This daemon becoming the one that may act.",
        Reason.STORE_UNWRITABLE: "A store that can be written: look at its disk and rights.",
        Reason.WARMING_UP: "Full sweeps since the start, as failover.warmup_sweeps asks.",
        Reason.SELF_SUSPECT: "Our own view becoming trustworthy: too much looks ill at once.",
        Reason.AZURE_WIDE: "The end of Microsoft's notice: no region is better than another.",
        Reason.COOLDOWN: "The end of the cooldown after the last failed failover.",
        Reason.BUDGET: "An open failover ending, or the day's count falling.",
        Reason.REGION_FULL: "A failover in that region ending, or failover.per_region.",
        Reason.MISCONFIGURED: "A mended configuration.",
        Reason.NO_CANDIDATE: "A secondary becoming ready; each one says what it lacks.",
        Reason.NOT_DRILLED: "`aibwatch drill IMAGE` in quiet times, or a failover by hand.",
        Reason.DRILL_BLOCKED: "What is named being over; the next time of drills.schedule.",
        Reason.PLATFORM_OUTAGE: "Nothing is asked of you: the image is being built elsewhere.",
        Reason.REGIONAL_CAPACITY: "Nothing is asked of you: the image is being built elsewhere.",
        Reason.RESEND: "Nothing is asked of you: no run began, so it is asked again.",
        Reason.NEXT_SECONDARY: "Nothing is asked of you: the next secondary is asked.",
        Reason.ORDERED: "Nothing is asked of you: what was ordered is being begun.",
        Reason.AWAITING_ANSWER: "The answer to the request.",
        Reason.ANSWER_OVERDUE: "A read of the secondary, which tells whether a run began.",
        Reason.SETTLING: "A run on the secondary being seen, or failover.settle passing.",
        Reason.RUN_SEEN: "The run on the secondary going on.",
        Reason.RUN_NEVER_BEGAN: "The request being sent again.",
        Reason.BUILDING: "The end of the secondary's run.",
        Reason.RUN_SUCCEEDED: "The image version being found in its gallery.",
        Reason.RUN_REPLACED: "The newer run on the secondary going on.",
        Reason.REPLICATING: "The version being replicated wherever it must be.",
        Reason.REPLICATED: "Nothing: the image is there.",
        Reason.REPLICAS_LATE: "The version is usable; look at the replicas that are missing.",
        Reason.OUTPUT_MISSING: "The run made no usable version: look at the secondary's run.",
        Reason.PRIMARY_RERAN: "Nothing: the primary has a newer run.",
        Reason.NEWER_VERSION: "Nothing: somebody published a newer version.",
        Reason.FAILED_THE_SAME_WAY: "It is the build, not the region: mend the template.",
        Reason.FAILED_IN_THE_BUILD: "A step of the build failed there: mend the template.",
        Reason.FAILED_ITS_OWN_WAY: "Look at the secondary's own error.",
        Reason.TARGET_CANCELED: "Somebody cancelled the secondary's run: ask them.",
        Reason.DEADLINE_PASSED: "Look at the secondary by hand: its run did not end in time.",
        Reason.OVERRULED: "Nothing: an operator's order goes first.",
        Reason.PREEMPTED: "Nothing: what is real goes before a drill.",
        Reason.ORDER_ENDED: "Mend what held the order, and order again.",
        Reason.NOT_CONFIGURED: "The image being in the configuration again.",
    }
)

_LEARN = "https://learn.microsoft.com/azure"
_JSON = f"{_LEARN}/virtual-machines/linux/image-builder-json"
_TROUBLE = f"{_LEARN}/virtual-machines/linux/image-builder-troubleshoot"
_NO_UPDATE = "#update-or-upgrade-of-image-templates-is-currently-not-supported"
PAGES: Mapping[Check, str] = MappingProxyType(
    {
        Check.PROVISIONED: f"{_TROUBLE}#troubleshoot-image-template-submission-errors",
        Check.DISTRIBUTE_TARGET: f"{_JSON}#properties-distribute",
        Check.GALLERY_HOME: f"{_LEARN}/virtual-machines/azure-compute-gallery",
        Check.SOURCE: f"{_TROUBLE}#build-step-failed-for-the-image-version",
        Check.PERMISSION: f"{_LEARN}/virtual-machines/linux/image-builder-permissions-cli",
        Check.IDENTITY: f"{_TROUBLE}#assigned-managed-identity-on-an-image-template-cant-be-used",
        Check.SUBNET: f"{_JSON}#vnetconfig-optional",
        Check.STAGING: f"{_JSON}#properties-stagingresourcegroup",
        Check.NO_DRIFT: f"{_TROUBLE}{_NO_UPDATE}",
        Check.INDEPENDENCE: f"{_LEARN}/reliability/reliability-image-builder",
        Check.VM_SIZE: f"{_JSON}#properties-vmprofile",
        Check.VERSION_FREE: f"{_JSON}#properties-distribute",
        Check.ROLES: f"{_TROUBLE}#assigned-managed-identity-isnt-authorized-to-access-a-resource",
        Check.QUOTA: f"{_TROUBLE}#subscription-exceeded-the-azure-container-instances-quota",
        Check.SCRIPTS: f"{_TROUBLE}#error-occurs-with-downloading-an-external-file-to-a-local-file",
        Check.REGISTERED: f"{_TROUBLE}#azure-container-instances-provider-is-unregistered",
        Check.ZONES: f"{_LEARN}/reliability/reliability-image-builder",
        Check.TRIGGERS: f"{_LEARN}/virtual-machines/image-builder-triggers-how-to",
    }
)
"""Where Microsoft writes about what an item asks for: how to mend what fails for want of it where
its troubleshooting has a heading for that, else what it is. Source of the headings:
MicrosoftDocs/azure-compute-docs, image-builder-troubleshoot.md and image-builder-json.md."""
