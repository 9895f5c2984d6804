"""Which action a request to ARM takes, by the rule that its actions are named by, and the refusal.

An action is a namespace, the types on the path without the names between them, and what is done.
"""

from collections.abc import Collection

from aibwatch.sim.trouble import Trouble

_VERBS = {"GET": "read", "PUT": "write", "DELETE": "delete", "POST": "action"}

_CLIENT = "00000000-0000-0000-0000-00000000c11e"


def action_of(method: str, path: str) -> str:
    """Return the action that a request takes, in lower case."""
    _, provided, within = path.lower().rpartition("/providers/")
    namespace, _, typed = within.partition("/")
    if not provided or not typed:  # a subscription, what is in it, or a provider of it
        namespace, typed = "microsoft.resources", path.lower().strip("/")
    return "/".join((namespace, *typed.split("/")[::2], _VERBS.get(method, method.lower())))


def refused(denied: Collection[str], method: str, path: str) -> Trouble | None:
    """Return ARM's answer to who was not granted what a request takes, None if he was.

    The text is Microsoft's (learn.microsoft.com, image-builder-troubleshoot).
    """
    action = action_of(method, path) if denied else ""
    if action not in denied:
        return None
    message = (
        f"The client '{_CLIENT}' with object id '{_CLIENT}' does not have authorization to perform"
        f" action '{action}' over scope '{path}' or the scope is invalid. If access was recently"
        " granted, please refresh your credentials."
    )
    return Trouble(403, "AuthorizationFailed", message)
