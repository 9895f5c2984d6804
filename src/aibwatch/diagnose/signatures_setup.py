"""What the owner set up wrongly, what is not there, and the subscription's own limits."""

from aibwatch.diagnose.signature import Place, Signature, Sure, wording
from aibwatch.model.symptom import Where
from aibwatch.model.verdict import Cause

DOCS = "learn.microsoft.com image-builder-troubleshoot"
ARM = "learn.microsoft.com resource-manager common-deployment-errors"

WRONG_SETUP = (
    Signature(
        "jwt_too_short",
        wording(r"client_jwt will expire"),
        Cause.USER_CONFIG,
        "buildTimeoutInMinutes is 1 to 5, too short for the build's own token",
        DOCS,
    ),
    Signature(
        "identity_unusable",
        wording(
            r"managed identity cannot be used",
            r"\b(?:failedidentityoperation|invalididentity|identitynotfound"
            r"|msicredential\w{0,20})\b",
            r"identity .{0,200}(?:is invalid|is not assigned|has been deleted|not associated)",
            r"\buserassignedidentit(?:y|ies)\b.{0,120}(?:invalid|not found|malformed|missing)",
        ),
        Cause.USER_CONFIG,
        "the template's identity was removed or is set up wrongly",
        DOCS,
    ),
    Signature(
        "identity_required",
        wording(r"managed identity is required"),
        Cause.USER_CONFIG,
        "the service asks for an identity; it once did so by a mistake of its own",
        "azure-cli#28677",
        sure=Sure.OPEN,
    ),
    Signature(
        "unreadable_request",
        wording(
            r"\b(?:de)?serializationerror\b",
            r"unable to (?:build a model|deserialize)",
            r"\bjsondecodeerror\b",
            r"failed to parse .{0,40}(?:json|template|bicep)",
            r"unrecognized arguments",
        ),
        Cause.USER_CONFIG,
        "what the caller wrote could not be made into a request; nothing reached Azure",
        "msrest and azure-core exceptions",
    ),
    Signature(
        "bad_template_part",
        wording(
            r"\bbad(?:source|pirsource|managedimagesource|sharedimageversionsource|distribute|"
            r"sharedimagedistribute|customizertype|validatortype|sourcetype|distributetype|"
            r"stagingresourcegroup)\b",
            r"\bunsupported(?:customizer|validator)type\b",
            r"\bno(?:customizer|validator)script\b",
        ),
        Cause.USER_CONFIG,
        "a provisioning error code that names a wrong part of the template",
        "azure-rest-api-specs imagebuilder ProvisioningErrorCode",
    ),
    Signature(
        "not_registered",
        wording(
            r"\bmissing(?:subscription)?registration(?:forlocation)?\b",
            r"provider.{0,80} (?:is )?not registered",
            r"subscription .{0,80}(?:is )?not registered",
            r"\b(?:feature|subscription)notregistered\b",
            r"not registered for (?:the )?(?:feature|your subscription|subscription)",
            r"register (?:the |your )?(?:subscription|provider|feature)",
        ),
        Cause.USER_CONFIG,
        "a resource provider or a feature is not registered",
        DOCS,
    ),
    Signature(
        "no_provider_here",
        wording(
            r"\bnoregisteredproviderfound\b",
            r"no registered resource provider found",
            r"\binvalidresource(?:namespace|type)\b",
            r"resource (?:namespace|type) '?.{1,80}'? (?:could not be found|is invalid)",
        ),
        Cause.USER_CONFIG,
        "this region or API version is not offered; a roll-out once made it flicker",
        "azure-cli#28368; AutomatedLab#1361",
        sure=Sure.OPEN,
    ),
    Signature(
        "size_not_offered",
        wording(
            r"\bnotavailableforsubscription\b",
            r"skunotavailable.{0,400}notavailableforsubscription",
            r"\binvalidparameter\b.{0,200}vmsize",
            r"value .{1,60} provided for the vm ?size is not valid",
            r"vm size '?[\w-]{1,60}'? .{0,60}(?:not supported|not valid|cannot boot"
            r"|does not support|not offered)",
            r"\bhypervisor generation\b",
            r"cannot boot (?:os image|hypervisor)",
            r"security type .{0,60}not supported",
        ),
        Cause.USER_CONFIG,
        "the subscription may not use this VM size here, or the size does not fit the image",
        "azure-docs-cli#599; compute error messages",
    ),
    Signature(
        "region_not_permitted",
        wording(
            r"is not permitted for subscription",
            r"location not from available regions",
            r"\blocationnotavailableforresourcetype\b",
            r"location '?[\w ]{1,40}'? is not (?:available|accepting|supported|valid)",
            r"(?:not available|not supported|not offered) in (?:the )?(?:region"
            r"|location) '[\w ]{1,40}'.{0,40}(?:list of available|supported regions"
            r"|available regions)",
            r"\bregion.{0,40} is (?:currently )?not (?:supported|accepting new)",
            r"does not support availability zones",
        ),
        Cause.USER_CONFIG,
        "the region is wrong or not open to the subscription",
        ARM,
    ),
    Signature(
        "terms_not_accepted",
        wording(
            r"\bmarketplacepurchaseeligibilityfailed\b",
            r"\bresourcepurchasevalidationfailed\b",
            r"legal terms",
            r"\bvmmarketplaceinvalidinput\b",
            r"\bpurchase eligib",
            r"(?:plan|purchase) information (?:is )?(?:required|missing|must)",
            r"accept(?:ed|ing)? (?:the )?(?:marketplace |legal |image )?terms",
        ),
        Cause.USER_CONFIG,
        "the marketplace terms or plan of the source image are not accepted or not named",
        "PaloAlto packer templates #14",
    ),
    Signature(
        "download_failed",
        wording(r"downloading external file", r"error downloading '"),
        Cause.USER_CONFIG,
        "a file that a customizer names could not be fetched",
        DOCS,
    ),
    Signature(
        "plugin_version",
        wording(
            r"incompatible api version with plugin",
            r"(?:unknown|missing) (?:provisioner|builder|plugin)",
            r"plugin.{0,60}(?:not installed|version mismatch|incompatible)",
        ),
        Cause.USER_CONFIG,
        "a build plugin does not fit; a service regression once, so ask others",
        "azvmimagebuilder#63 against rgl packer-plugin-windows-update#57",
        sure=Sure.OPEN,
    ),
    Signature(
        "network_setup",
        wording(
            r"\bsubnet(?:isfull|notfound|isdelegated\w{0,40}|missingrequireddelegation"
            r"|withexternalresources\w{0,40}|withserviceassociationlink\w{0,40})\b",
            r"\bnetworkprofile\w{0,40}(?:invalid|missing)\w{0,20}\b",
            r"private ?link ?service ?network ?policies",
            r"\bprivatelinkservice(?:cannot\w{0,80}|networkpolicies\w{0,40})\b",
            r"subnet .{0,200}(?:delegat|is full|not enough|does not have enough|must be)",
            r"\bip ?address ?(?:space|range).{0,40}(?:exhaust|overlap)",
            r"\bnicinusewithprivateendpoint\b",
            r"port (?:22|5985|5986) .{0,40}(?:blocked|denied|closed)",
            r"missing (?:subnet )?delegation",
        ),
        Cause.USER_CONFIG,
        "the virtual network that the build is to use does not fit it",
        f"{DOCS}; image-builder-networking",
    ),
    Signature(
        "winrm_setup",
        wording(r"waiting for winrm, up to timeout: 0s"),
        Cause.USER_CONFIG,
        "the time to wait for the VM is set to nothing",
        "packer issues",
    ),
    Signature(
        "platform_image_missing",
        wording(
            r"platform image '[^']{0,200}' is not available",
            r"\b(?:platform)?image(?:version)?(?:not(?:available|supported)|deprecated)\b",
            r"image .{0,200} is (?:deprecated|scheduled for deprecation|no longer available)",
        ),
        Cause.USER_CONFIG,
        "the marketplace source image is spelled wrongly, was withdrawn, or is not here yet",
        ARM,
        sure=Sure.OPEN,
    ),
    Signature(
        "version_exists",
        wording(
            r"(?:gallery|image) ?(?:image )?version .{0,120}already exists",
            r"managed image named .{0,120}already exists",
            r"run ?output ?name .{0,80}not found",
            r"\bgalleryimageversion\w{0,40}alreadyexists\b",
        ),
        Cause.USER_CONFIG,
        "the version that is to be published is there already, or an output is named wrongly",
        "packer-plugin-azure#183",
    ),
)

VALIDATION = (
    Signature(
        "validation_failed",
        wording(
            r"\bvalidationfailed\b",
            r"validation (?:failed:|errors? found)",
            r"unmarshalling entity encountered error",
            r"\bmust be specified\b",
            r"\bmissing (?:required )?(?:field|property|parameter|argument)\b",
            r"\b(?:field|property|parameter|argument) '?[\w.\[\]/-]{1,80}'? .{0,40}"
            r"(?:has a bad value|is (?:invalid|required|missing|not valid)|cannot be)",
            r"\binvalid(?:parameter|json|template|requestcontent|requestformat|resourcename"
            r"|resourcereference|"
            r"resourcetype|requestbody|apiversionparameter|propertyvalue|location"
            r"|vnet\w{0,20}|subnet\w{0,20})\b",
            r"\b(?:invalidparametervalue|propertychangenotallowed|linkedinvalidpropertyid|"
            r"parameternotallowed|missingrequiredparameter|missingapiversionparameter)\b",
            r"could not find member .{1,80} on object",
            r"failed to (?:prepare build|initialize build|parse template)",
            r"deployment template validation failed",
            r"the request content was invalid",
        ),
        Cause.USER_CONFIG,
        "the template or a request does not pass validation",
        f"{DOCS}; {ARM}; azvmimagebuilder#46",
    ),
)
"""Says that a check failed, most often with another text that names what it found."""

MISSING = (
    Signature(
        "image_not_here",
        wording(
            r"contact image owner to replicate to this region",
            r"\bgalleryimage(?:version)?notfound\b",
            r"does not exist in the resource group .{0,200}or does not contain",
            r"gallery image .{0,300}(?:was not found|could not be found|not available in"
            r"|does not exist)",
            r"not (?:been )?replicated to",
        ),
        Cause.NOT_FOUND,
        "the gallery's image is not in this region: not replicated, not yet, or not to be seen",
        "AgentBaker#8373; cloud-api-adaptor#1696",
        sure=Sure.OPEN,
    ),
    Signature(
        "group_not_found",
        wording(r"\bresourcegroupnotfound\b", r"resource group '.{1,100}' could not be found"),
        Cause.NOT_FOUND,
        "a resource group does not exist; right after it was made, ARM may not know it yet",
        "pulumi-azure#373",
        sure=Sure.OPEN,
    ),
    Signature(
        "not_found",
        wording(
            r"\b(?:parent)?resourcenotfound\b",
            r"\b(?:platform)?imagenotfound\b",
            r"\b(?:subscription|container|blob|vault|secret|account|entity|object|disk|snapshot|"
            r"virtualnetwork|vnet|network\w{0,20}|publicip\w{0,20}|template)notfound\b",
            r"\b(?:storageaccount|dependency|notfound)notfound\b",
            r"\binvalidresourcereference\b",
            r"\bsource image\b.{0,200}(?:could not be found|not found|does not exist)",
            r"could not be found\b",
            r"\bthe specified (?:blob|container|resource) does not exist",
            r"\bwas not found\b",
            r"error getting (?:managed image|image version)",
        ),
        Cause.NOT_FOUND,
        "a named thing does not exist, or not in this region",
        f"{DOCS}; {ARM}",
    ),
)

QUOTA = (
    Signature(
        "quota_exceeded",
        wording(
            r"\b\w{0,40}quota(?:exceeded|reached|limit\w{0,20})\b",
            r"exceed(?:s|ed|ing)? (?:the )?(?:approved |maximum |allowed |core "
            r"|regional )?.{0,60}\bquota",
            r"quota (?:limits? )?(?:is |was |has been |of .{1,60} )?(?:exceeded|reached"
            r"|exhausted|insufficient)",
            r"(?:insufficient|not enough|no (?:more )?(?:available |remaining )?) ?quota",
            r"\b(?:publicipcount|\w{2,40}count|\w{2,40})limit(?:reached|exceeded)\b",
            r"\b(?:maximum|max) (?:number|allowed|limit).{0,120}(?:reached|exceeded"
            r"|current in use|current usage)",
            r"(?:submit|request) (?:a |for )?(?:request for )?quota increase",
            r"(?:cores|vcpus?) (?:needed|required|requested).{0,120}(?:limit|available|remaining)",
            r"\bresource ?quota\b",
            r"already at (?:its|the) (?:limit|maximum)",
            r"(?:capacity )?limit for your subscription (?:has been|was|is) (?:reached|exceeded)",
            r"quota increase process",
        ),
        Cause.QUOTA,
        "the subscription's own limit is reached",
        f"{DOCS}; azvmimagebuilder#9; {ARM}",
    ),
)

STATUS = (
    Signature(
        "bad_request",
        wording(
            r"badrequest",
            r"bad_request",
            r"invalid\w{3,60}",
            r"unsupported\w{3,60}",
            r"missing\w{3,60}",
        ),
        Cause.USER_CONFIG,
        "the request was refused as wrong",
        ARM,
        Place.CODE,
        where=frozenset({Where.REQUEST, Where.SUBMISSION, Where.LOG, Where.RUN}),
    ),
)
"""Codes that tell little; anything else that is known goes before them."""
