"""Texts that say that a region has no room, or that may be the platform's fault."""

from aibwatch.diagnose.signature import Place, Signature, Sure, wording
from aibwatch.model.symptom import Where
from aibwatch.model.verdict import Cause

ARM = "learn.microsoft.com resource-manager common-deployment-errors"

ROOM = (
    Signature(
        "overconstrained",
        wording(
            r"\boverconstrained(?:zonal)?allocationrequest\b",
            r"allocation failed\. vm\(s\) with the following constraints",
            r"the condition is too restrictive",
        ),
        Cause.CAPACITY,
        "no room for this VM with all that it asks for at once; less would perhaps fit",
        "learn.microsoft.com allocation-failure",
        sure=Sure.OPEN,
    ),
    Signature(
        "allocation_failed",
        wording(
            r"\b(?:zonal|regional)?allocationfailed\b",
            r"do not have (?:sufficient|enough) capacity for the requested vm",
            r"aka\.ms/allocation-guidance",
        ),
        Cause.CAPACITY,
        "the region has no room for the build VM",
        "learn.microsoft.com allocation-failure; East US, July 2025",
    ),
    Signature(
        "size_unavailable",
        wording(
            r"skunotavailable.{0,300}capacity restrictions?",
            r"requested (?:vm )?(?:size|tier|sku).{0,160}capacity restrictions?",
            r"\bcapacity restrictions?\b",
        ),
        Cause.CAPACITY,
        "the region has no room for this VM size",
        "azuresandbox#70",
    ),
    Signature(
        "size_not_available",
        wording(
            r"\bskunotavailable\b",
            r"requested (?:vm )?(?:size|tier|sku).{0,300}is currently not available in "
            r"(?:location|zone|region)",
            r"size .{0,80}(?:is|are) currently (?:not available|unavailable|restricted)",
        ),
        Cause.CAPACITY,
        "this VM size is not to be had here now: no room, or the subscription never may use it",
        "learn.microsoft.com error-sku-not-available; azure-docs-cli#599",
        sure=Sure.OPEN,
    ),
)

ROOM_SAID = (
    Signature(
        "no_capacity",
        wording(
            r"\b(?:vm|virtual machine|resource|cluster|node|core|compute"
            r"|zonal) allocation fail(?:ed|ures?)\b",
            r"(?:^|[,.:;(] ?)allocation fail(?:ed|ures?)\b",
            r"\b(?:allocation|capacity)(?:timeout|unavailable|notavailable|exhausted)\b",
            r"(?:do|does|did) not have (?:sufficient|enough) .{0,60}capacity",
            r"(?:insufficient|not enough|out of|no available|no more|lack of) "
            r"(?:\w{1,20} )?capacity",
            r"\b(?:insufficient|outof|noavailable)capacity\w{0,20}\b",
            r"\binsufficientresources?available\b",
            r"does not have enough resources available",
            r"unable to (?:allocate|fulfill?) .{0,80}(?:capacity|resources?|requested)",
            r"capacity (?:is )?(?:constrain(?:t|ed|ts)|shortage|exhausted)",
        ),
        Cause.CAPACITY,
        "no room, in other words than the codes that say so for certain",
        "learn.microsoft.com allocation-failure; azure container instances region availability",
        sure=Sure.OPEN,
        where=frozenset({Where.RUN, Where.REQUEST, Where.SUBMISSION}),
    ),
    Signature(
        "container_no_room",
        wording(
            r"requested resource.{0,160}is not available in the location",
            r"resources? requested.{0,120}(?:not available|unavailable) (?:in|at)",
            r"experiencing high demand",
            r"cannot fulfill? your request at this time",
        ),
        Cause.CAPACITY,
        "no room now, says the text; wrong requests and missing registrations were told so too",
        "ALZ#2404 against azurerm#10332, ALZ#2489, graphrag#233",
        sure=Sure.OPEN,
    ),
)
"""Words for no room that others use too: what is named goes before them."""

CLEAR_OUTAGE = (
    Signature(
        "builder_gateway_timeout",
        wording(r"gateway did not receive a response from 'microsoft\.virtualmachineimages'"),
        Cause.OUTAGE,
        "Image Builder's own provider did not answer",
        "azvmimagebuilder#99",
        sure=Sure.CLEAR,
    ),
    Signature(
        "server_error",
        wording(r"servererror"),
        Cause.OUTAGE,
        "the one provisioning error code that blames the service",
        "azure-rest-api-specs imagebuilder ProvisioningErrorCode",
        Place.CODE,
        Sure.CLEAR,
    ),
)

OUTAGE = (
    Signature(
        "gateway_timeout",
        wording(
            r"gateway did not receive a response",
            r"\bgateway ?time-?out\b",
            r"upstream (?:request timeout|connect error|server)",
            r"\b504\b.{0,20}\bgateway",
        ),
        Cause.OUTAGE,
        "a provider that the build stands on did not answer",
        "AzureBillingApi#4; rest-api-specs#16838",
    ),
    Signature(
        "internal_server_error",
        wording(
            r"\binternal ?server ?error\b",
            r"\bservice ?unavailable\b",
            r"\bbad ?gateway\b",
            r"the service is (?:temporarily |currently )?unavailable",
            r"(?:service|server|backend|provider) (?:is )?(?:temporarily |currently )?"
            r"(?:unavailable|down|unreachable)",
            r"\b(?:backend|downstream|upstream)\w{0,20}(?:failure|unavailable|error)\b",
            r"status ?code ?[:=]? ?50[0234]\b",
            r"\bhttp ?(?:error |status |response )?50[0234]\b",
            r"\b50[0234] (?:internal|bad|service|gateway|server)\b",
            r"responded with (?:status )?(?:code )?50[0234]",
        ),
        Cause.OUTAGE,
        "a provider failed within; some requests do that to it every time",
        "reliability-image-builder",
    ),
    Signature(
        "generic_internal",
        wording(
            r"internal error occurred",
            r"an internal (?:error|execution error|operation error)",
            r"this is a generic error",
            r"\binternaloperationerror\b",
            r"\binternal\w{0,24}error\b",
            r"internal (?:\w{2,20} )?(?:\w{2,20} )?error\b",
            r"remote provider was unable to process",
            r"\b(?:unexpected|unhandled|unknown) (?:internal |server )?(?:error"
            r"|exception) (?:occurred|has occurred|was|in)",
            r"something went wrong on our end",
            r"encountered an (?:unexpected|internal) (?:error|condition)",
        ),
        Cause.OUTAGE,
        "the generic error text: an outage, or a right or a setting that is missing",
        "azvmimagebuilder#97 against #88, #119",
    ),
    Signature(
        "service_notice",
        wording(
            r"currently issues detected",
            r"changes? to .{1,60} (?:configuration )?(?:is|are) (?:temporarily )?(?:blocked"
            r"|frozen|suspended)",
            r"\bservice (?:alert|incident|degradation|outage|disruption)\b",
            r"\b(?:regional|ongoing|active|azure|platform|known) (?:outage|incident)\b",
            r"aware of (?:an |a |the )?(?:issue|problem|incident|outage)",
            r"subset of (?:customers|azure|users)\b",
            r"identified as a customer using",
            r"customers? (?:using|with|in) .{0,120}(?:may|might) (?:have )?(?:experienc"
            r"|receiv|see|encounter)",
            r"customers may (?:have )?experienced? ",
            r"impact to multiple azure services",
        ),
        Cause.OUTAGE,
        "Microsoft's own words about an incident",
        "azure.status.microsoft history",
    ),
)

NO_ROOM_NOTICE = (
    Signature(
        "capacity_notice",
        wording(
            r"(?:capacity|demand) (?:constraints?|shortages?|issues?|limitations?"
            r"|restrictions?)\b",
            r"\b(?:high|unprecedented|surge in|spike in|increased) demand\b",
            r"(?:insufficient|limited|lack of|constrained) (?:compute |regional )?capacity",
        ),
        Cause.CAPACITY,
        "Microsoft's own words about a region that is full",
        "East US, July 2025",
        sure=Sure.OPEN,
        where=frozenset({Where.NOTICE}),
    ),
)

NOTICE = (
    Signature(
        "impact_statement",
        wording(
            r"subset of (?:customers|azure|users)\b",
            r"identified as a customer using",
            r"customers?\b.{0,160}\b(?:may|might|could|were|have|are|was) ",
            r"(?:customer|summary of|root|preliminary) (?:impact|cause|statement)",
            r"\bimpact(?:ed|ing|s)?\b",
            r"\b(?:incident|outage|disruption|degrad(?:ed|ation)|unavailab(?:le|ility)"
            r"|intermittent)\b",
            r"\b(?:issues?|problems?|investigat(?:e|ing)|fail(?:ed|ures?|ing)|errors?)\b",
            r"\b(?:latency|loss of power|cooling)\b",
        ),
        Cause.OUTAGE,
        "Microsoft's own words about an incident",
        "azure.status.microsoft history",
        where=frozenset({Where.NOTICE}),
    ),
)

WRAPPER = (
    Signature(
        "terminal_failed",
        wording(
            r"terminal provisioning state 'failed'",
            r"at least one resource deployment operation failed",
            r"please list deployment operations for details",
            r"some error happened",
        ),
        Cause.UNKNOWN,
        "a wrapper that says only that something failed",
        "azvmimagebuilder#12",
    ),
)
