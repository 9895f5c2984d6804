"""Who may not, and whose own trouble it is: tokens, the caller's network, rights, policies."""

from aibwatch.diagnose.signature import Signature, Sure, wording
from aibwatch.model.symptom import Where
from aibwatch.model.verdict import Cause

DOCS = "learn.microsoft.com image-builder-troubleshoot"
ARM = "learn.microsoft.com resource-manager common-deployment-errors"

OWN_TROUBLE = (
    Signature(
        "tenant_not_found",
        wording(r"could not find tenant", r"tenant .{0,60}(?:not found|does not exist)"),
        Cause.AUTH,
        "the login names a tenant that is not found; an expired secret was told so too",
        "azure-sdk issues; AADSTS90002",
        sure=Sure.OPEN,
    ),
    Signature(
        "token_too_old",
        wording(r"lifetime validation failed", r"token is expired", r"expired token"),
        Cause.AUTH,
        "a token was used past its time: not renewed by the caller, or handed out so by Azure",
        "azure-sdk-for-js#6643",
        sure=Sure.OPEN,
    ),
    Signature(
        "token_rejected",
        wording(
            r"\baadsts\d{4,9}\b",
            r"\b(?:expired|invalid)authenticationtoken",
            r"\bauthenticationfailed\b",
            r"\bauthenticationfailedinvalidheader\b",
            r"\binvalidauthenticationinfo\b",
            r"\bclientauthenticationerror\b",
            r"\bcredentialunavailable(?:error|exception)?\b",
            r"\btoken (?:is|has|was) (?:been )?(?:expired|invalid|revoked|rejected)",
            r"access token (?:has expired|expiry utc time|is (?:missing|invalid|from the wrong))",
            r"\b(?:invalid_client|invalid_grant|interaction_required|unauthorized_client)\b",
            r"failed to (?:acquire|get|obtain|retrieve|refresh) (?:a |an |the )?(?:access "
            r"|auth |arm )?token",
            r"please run 'az login'",
            r"refresh token has expired",
            r"invalid client secret",
            r"\bimds\b.{0,80}(?:fail|unavailable|error|no response|timed out)",
            r"169\.254\.169\.254",
        ),
        Cause.AUTH,
        "the caller's own token or credential was refused, or could not be had",
        "learn.microsoft.com entra error codes; azure-identity exceptions; azure-sdk-for-js#6643",
    ),
    Signature(
        "no_connection",
        wording(
            r"\bgetaddrinfo\b",
            r"no such host",
            r"name (?:or service not known|resolution)",
            r"nodename nor servname",
            r"name could not be resolved",
            r"\b(?:enotfound|eai_again|econnrefused|ehostunreach|enetunreach)\b",
            r"max retries exceeded with url",
            r"failed to establish a new connection",
            r"cannot connect to host",
            r"\b(?:newconnectionerror|clientconnectorerror|nameresolutionerror|proxyerror"
            r"|sslerror|"
            r"clientconnectordnserror|clientproxyconnectionerror)\b",
            r"\bwinerror 100\d\d\b",
            r"certificate.?verify.?failed",
            r"self.?signed certificate",
            r"unable to get (?:local )?issuer certificate",
            r"x509: certificate",
            r"\b(?:ssl|tls)\b.{0,40}(?:handshake|certificate|wrong_version|protocol|error)",
            r"network is unreachable",
            r"no route to host",
            r"connection refused",
            r"tunnel connection failed",
            r"proxy authentication required",
            r"unable to connect to the remote server",
            r"no connection could be made because the target machine actively refused",
        ),
        Cause.CLIENT_NETWORK,
        "the caller could not connect: its own network, name resolution, proxy or TLS",
        "azure-cli-extensions#1091; requests, urllib3, aiohttp and azure-core exceptions",
        where=frozenset({Where.TRANSPORT, Where.REQUEST}),
    ),
)

BROKEN = (
    Signature(
        "connection_broken",
        wording(
            r"dial tcp .{0,120}(?:timed out|timeout)",
            r"connect(?:ion)? (?:attempt )?(?:to .{0,80} )?(?:timed out|timeout|failed because)",
            r"\bconnection (?:was |has been )?(?:reset|aborted|broken|closed|forcibly closed)",
            r"connectionpool\(.{0,200}(?:timed out|timeout)",
            r"\b(?:econnreset|etimedout|epipe|socket hang up|connectionreseterror"
            r"|remotedisconnected|"
            r"serverdisconnectederror|incompleteread|chunkedencodingerror|clientoserror|"
            r"clientpayloaderror|servicerequest(?:timeout)?error|serviceresponse(?:timeout)?error|"
            r"readtimeout(?:error)?|connecttimeout(?:error)?|protocolerror|httpexception|"
            r"asynciotimeouterror|sockettimeouterror|taskcanceledexception)\b",
            r"remote end closed connection",
            r"server disconnected",
            r"existing connection was forcibly closed",
            r"eof occurred in violation of protocol",
            r"tls handshake timeout",
            r"read(?: operation)? timed out",
            r"i/o timeout",
            r"more than 100 headers",
            r"client\.timeout exceeded",
            r"an error occurred while sending the request",
            r"http2: client connection lost",
            r"\bbroken pipe\b",
        ),
        Cause.CLIENT_NETWORK,
        "the connection broke or stayed silent: the caller's network most often, or the far side",
        "requests, urllib3, aiohttp, Go and .NET exceptions; azurerm provider issues",
        sure=Sure.OPEN,
        where=frozenset({Where.TRANSPORT, Where.REQUEST}),
    ),
)
"""Names of exceptions among them, behind which another text most often says more."""

CREDENTIAL = (
    Signature(
        "credential_failed",
        wording(
            r"credential\.? ?authentication failed",
            r"\b(?:managedidentity|workloadidentity|environment|clientsecret|clientcertificate|"
            r"azurecli|default(?:azure)?|chainedtoken|clientassertion)credential\b",
        ),
        Cause.AUTH,
        "a credential could not log in, and nothing says why",
        "azure-identity exceptions",
    ),
)

DENIED = (
    Signature(
        "authorization_failed",
        wording(
            r"\b(?:linked)?authorizationfailed\b",
            r"\blinkedaccesscheckfailed\b",
            r"\blinkedinvalidpropertyid\b.{0,200}permission",
            r"does not have (?:the )?(?:authorization|permissions?|access|rights?)\b",
            r"do(?:es)? not have (?:sufficient|required|the necessary|enough) "
            r"(?:permissions?|rights?|privileges?)",
            r"not (?:been )?authorized to (?:access|perform|read|write|use)",
            r"\b(?:insufficient|missing|lacks?|without) (?:the )?(?:required "
            r"|necessary )?(?:permissions?|privileges|rights)",
            r"permission (?:denied|to perform)",
            r"does not have .{0,60}\bpermissions? ",
            r"\bauthorizationpermissionmismatch\b",
            r"\binsufficientaccountpermissions\b",
            r"\b(?:imagebuilder)?accessdenied\b",
            r"please check the user assigned identity has the correct permissions",
            r"\bdenyassignmentauthorizationfailed\b",
            r"\broleassignment\w{0,20}(?:notfound|missing)\b",
        ),
        Cause.PERMISSION,
        "an identity lacks a right",
        f"{DOCS}; azvmimagebuilder#50",
    ),
    Signature(
        "interface_not_readable",
        wording(
            r"interfacesclient#updatetags.{0,300}resourcenotfound",
            r"resourcenotfound.{0,300}networkinterfaces/",
        ),
        Cause.PERMISSION,
        "the build VM's own interface is not found: the identity may not see it",
        DOCS,
    ),
    Signature(
        "denied_by_policy",
        wording(
            r"\brequestdisallowedbypolicy\b",
            r"\brequestdisallowedbyazure\b",
            r"disallowed by (?:azure )?(?:a )?(?:one or more )?polic",
            r"policy (?:violation|assignment|definition)",
            r"\bpolicyviolation\b",
            r"\bpolicydefinition",
            r"(?:denied|blocked|forbidden|prevented) by (?:an |a |the )?(?:azure )?polic",
        ),
        Cause.PERMISSION,
        "an Azure Policy forbids it",
        f"{DOCS}; azvmimagebuilder#72",
    ),
    Signature(
        "locked",
        wording(
            r"\bscopelocked\b",
            r"following scope.{0,20} (?:are|is) locked",
            r"\breadonlydisabledsubscription\b",
            r"\bsubscription.{0,60} is (?:disabled|in a (?:disabled|warned|read.?only) state)",
            r"\b(?:disabled|suspended)subscription\b",
            r"remove the lock and try again",
        ),
        Cause.PERMISSION,
        "a lock or a disabled subscription forbids changes",
        ARM,
    ),
    Signature(
        "storage_firewall",
        wording(
            r"storage account with firewall",
            r"authenticate with azure storage",
            r"not authorized to perform this operation",
            r"\b(?:keybasedauthenticationnotpermitted|publicaccessnotpermitted)\b",
            r"key based authentication is not permitted",
            r"public access is not permitted",
            r"(?:network|firewall|ip) (?:acl|rules?).{0,60}(?:den|block|not allow|forbid|reject)",
            r"blocked by (?:the |a )?(?:network|firewall|nsg)",
            r"public network access is disabled",
            r"\bforbiddenbyfirewall\b",
        ),
        Cause.PERMISSION,
        "a store or a network rule lets the build in by neither network nor identity",
        "azvmimagebuilder#31; learn.microsoft.com storage error codes",
    ),
)
