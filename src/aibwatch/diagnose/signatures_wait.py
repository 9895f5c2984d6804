"""What says wait: throttled, passing, busy, stopped by somebody, or a deadline that ran out."""

from aibwatch.diagnose.signature import Place, Signature, Sure, wording
from aibwatch.model.verdict import Cause

DOCS = "learn.microsoft.com image-builder-troubleshoot"

THROTTLED = (
    Signature(
        "throttled",
        wording(
            r"\btoomanyrequests\b",
            r"too many requests",
            r"\b\w{0,40}throttl(?:ed|ing)\w{0,20}\b",
            r"\b\w{0,40}ratelimit(?:ed|exceeded|reached)?\b",
            r"rate.?limit(?: is| was)? ?(?:exceeded|reached|hit)",
            r"too many .{1,60} deployed within a period of time",
            r"number of (?:requests|calls|operations) .{0,200}exceeded",
            r"exceeded the .{0,60}(?:rate|request|calls?) (?:limit|quota per)",
            r"\bserverbusy\b",
        ),
        Cause.THROTTLED,
        "too many calls in a short time",
        f"{DOCS}; learn.microsoft.com request-limits-and-throttling",
    ),
)

PASSING = (
    Signature(
        "retryable",
        wording(
            r"\b(?:internal)?retr(?:y|i)ableerror(?:\w{0,30})?\b",
            r"\bretryable(?:\w{0,30})error\b",
            r"a retr(?:y|i)able error",
            r"\bservertimeout\b",
            r"(?:this is|due to|encountered|is|was) an? (?:transient|temporary"
            r"|intermittent) (?:error|failure|issue|problem|condition)",
            r"transient (?:error|failure|fault)s? (?:occurred|happened|during|in)",
            r"temporary (?:error|failure)",
            r"\btransient\w{0,20}(?:error|failure)\b",
            r"\banothersimilaroperation\w{0,10}\b",
        ),
        Cause.TRANSIENT,
        "an error that names itself passing",
        "azure-cli#30777; compute error messages",
    ),
)

ADVICE = (
    Signature(
        "retry_later",
        wording(
            r"temporarily unavailable",
            r"\b(?:please )?(?:retry|try) (?:again )?(?:the request |your request "
            r"|the operation )?(?:later|in a few (?:minutes|seconds|moments)"
            r"|after some ?time)",
            r"\bretry (?:the|your) (?:request|operation|deployment|build)\b",
        ),
        Cause.TRANSIENT,
        "nothing is named, and the advice is to try again",
        "compute error messages",
    ),
)
"""Advice that stands behind errors of every kind: it counts where nothing else is known."""

STATE = (
    Signature(
        "state_conflict",
        wording(
            r"update/upgrade of image templates is currently not supported",
            r"not allowed in (?:the )?(?:current )?provisioning ?state",
            r"not allowed (?:when|while|since|as|in).{0,80}(?:state|running|cancell?ing|progress)",
            r"\banotheroperationinprogress\b",
            r"another operation .{0,80}(?:in progress|is being|running|pending)",
            r"(?:is|are) (?:already|currently|still) (?:running|in progress|being "
            r"(?:deleted|updated|created|provisioned|run))",
            r"(?:operation|deployment|run|build|update) (?:is )?(?:already )?in progress",
            r"\b(?:attachdiskwhilebeingdetached|retryabledueto\w{0,30}|operationpreempted|"
            r"operationpreemptedbyanotheroperation|concurrentupdate\w{0,20}|preconditionfailed|"
            r"etagmismatch|leasealreadypresent|leaseidmissing|resourceinuse"
            r"|inuse\w{0,40}cannotbe\w{2,10}|"
            r"resourceisbusy|deploymentactive|canceledandsuperseded\w{0,40}|vmstopped|"
            r"referencedresourcenotprovisioned|cannotdelete\w{0,20}|conflictingoperation\w{0,20}|"
            r"resourcegroupbeingdeleted|deploymentbeingdeleted)\b",
            r"\bpreempted by a more recent\b",
            r"(?:conflicts? with|superseded by) .{0,60}(?:operation|request|deployment)",
            r"cannot be (?:deleted|updated|modified|run) (?:because|while|when|as"
            r"|since).{0,120}(?:in use|running|state|progress)",
        ),
        Cause.CONFLICT,
        "the resource's state does not allow it now",
        "azvmimagebuilder#48, #79, #116; learn.microsoft.com common-deployment-errors",
    ),
    Signature(
        "canceled",
        wording(
            r"cancell?ing image build",
            r"(?:operation|run|build|deployment|request|task) (?:was|has been"
            r"|is) cancell?ed by (?:the )?(?:user|client|caller|customer|request)",
            r"cancell?ed by (?:the )?user",
            r"image (?:template )?build (?:was |has been )?cancell?ed",
            r"(?:the )?(?:run|build|deployment) was cancell?ed\b",
        ),
        Cause.CANCELED,
        "someone stopped it",
        "azure-cli cassette test_image_builder_cancel",
    ),
    Signature(
        "canceled_by_nobody",
        wording(r"resource state cancell?ed\b", r"provisioning state 'cancell?ed'"),
        Cause.CANCELED,
        "a resource was stopped, and the text does not tell by whom",
        "DevOps image builder task",
        sure=Sure.OPEN,
    ),
)

CANCELED_CODES = (
    Signature(
        "canceled_code",
        wording(
            r"cancell?ed",
            r"operationcancell?ed",
            r"deploymentcancell?ed",
            r"usercancell?ed\w{0,20}",
        ),
        Cause.CANCELED,
        "someone stopped it",
        "azure-rest-api-specs",
        Place.CODE,
    ),
)

DEADLINE = (
    Signature(
        "deadline",
        wording(
            r"context deadline exceeded",
            r"\bdeadline exceeded\b",
            r"timeout waiting for (?:microservice|winrm|ssh|the |a |image|vm)",
            r"timed out waiting for",
            r"waiting for (?:ssh|winrm|vm|machine|image).{0,80}(?:timeout|timed out)",
            r"\bosprovisioning(?:timedout|clienterror|internalerror)\b",
            r"did not (?:finish|complete|start|become \w{2,20}) (?:in|within) the "
            r"(?:allotted|allowed|specified|expected|given)",
            r"\bvmextension(?:provisioning|handler\w{0,20}|management\w{0,20})?(?:timeout"
            r"|timedout|error)\b",
            r"\b(?:operation|request|deployment|build|provisioning)time(?:d)?out\w{0,20}\b",
            r"(?:build|operation|deployment|provisioning|replication|request|task|job) "
            r"(?:has |have )?(?:timed out|exceeded (?:the )?(?:maximum|allowed|time"
            r"|timeout))",
            r"exceeded (?:the )?(?:build ?timeout|maximum (?:time|duration|run ?time"
            r"|execution time))",
            r"\bbuildtimeoutinminutes\b",
            r"running for longer than the maximum time",
            r"resource (?:operation|provisioning) (?:did not complete|timed out)",
        ),
        Cause.TIMEOUT,
        "a deadline ran out, and the text does not tell who is to blame",
        f"{DOCS}; azvmimagebuilder#58",
    ),
)

STATE_CODES = (
    Signature(
        "state_conflict_code",
        wording(r"operationnotallowed", r"conflict", r"resourceconflict", r"methodnotallowed"),
        Cause.CONFLICT,
        "the resource's state does not allow it now",
        "azvmimagebuilder#48",
        Place.CODE,
    ),
)
"""Codes that also wrap others, so that any text that is known goes before them."""
