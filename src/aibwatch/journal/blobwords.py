"""What is wrong with a container, in words, and what to do about it."""

from azure.core.exceptions import AzureError, ClientAuthenticationError, HttpResponseError

ROLE = (
    "give the identity the role Storage Blob Data Contributor on the container"
    " (docs/permissions.md)"
)
_BY_CODE = {
    "AuthorizationPermissionMismatch": ROLE,
    "AuthorizationFailure": (
        "let this network through the account's firewall, check the key of store.connection_string"
        " if there is one, else " + ROLE
    ),
    "InsufficientAccountPermissions": ROLE,
    "PublicAccessNotPermitted": ROLE,
    "AuthenticationFailed": (
        "mend azure.credential or store.connection_string, and check the clock of this machine"
    ),
    "InvalidAuthenticationInfo": "mend azure.credential: the account does not know the token",
    "KeyBasedAuthenticationNotPermitted": (
        "the account takes no keys: take store.connection_string out and " + ROLE
    ),
    "BlobImmutableDueToPolicy": "a policy of immutability lets nothing be removed there",
    "ConditionNotMet": "another replica changed it meanwhile",
    "ContainerNotFound": "make the container, or " + ROLE + " so that aibwatch can",
    "ContainerBeingDeleted": "somebody deletes the container; name another in store.url",
    "BlobNotFound": "a part of the journal is gone; restore it, or name another container",
    "InvalidBlobType": "the container holds something else; name another in store.url",
    "AccountIsDisabled": "the account is disabled",
    "InvalidHeaderValue": "an emulator that is too old; start it with --skipApiVersionCheck",
}
_NAME = ("name or service not known", "nodename nor servname", "no address", "getaddrinfo")


def remedy(error: Exception) -> str:
    """Return what went wrong and what to do, on one line, without headers or signatures."""
    if isinstance(error, TimeoutError):
        return "no answer in time; look at the network and at the account's status"
    if isinstance(error, HttpResponseError) and error.status_code is not None:
        code = _code(error)
        says = _BY_CODE.get(code, "see the code in Azure's documentation")
        return f"HTTP {error.status_code} {code or 'without a code'}; {says}"
    words = (error.message if isinstance(error, AzureError) else str(error)).splitlines()
    told = words[0][:300] if words else type(error).__name__
    return f"{told}; {_by_words(error, told.lower())}"


def _code(error: HttpResponseError) -> str:
    found = getattr(error, "error_code", "") or ""
    return str(getattr(found, "value", found))


def _by_words(error: Exception, told: str) -> str:
    if any(each in told for each in _NAME):
        return "there is no such account, or no DNS: mend store.url or the network"
    if "certificate" in told or "[ssl:" in told:
        return "set azure.ca_file to the CA that signed for it"
    if isinstance(error, ClientAuthenticationError):
        return "mend azure.credential"
    if "https" in told:
        return "a token goes over https only: mend store.url, or set store.connection_string"
    return "look at the network between aibwatch and the account"
