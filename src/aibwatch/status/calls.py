"""Every call of `/api/v1`: what it takes, answers and refuses. OpenAPI is made of it.

What the server routes and what stands here is the same, by a test.
"""

from dataclasses import dataclass

from aibwatch.status.answers import asks, document, edition, explained, ordered

GET, POST = "get", "post"

AFTER = r"^[0-9]{1,18}$"
"""The number of an entry: no longer, as Python reads none of thousands of digits."""

ERRORS = {
    400: "The order or the query cannot be understood.",
    401: "The token is missing or wrong.",
    403: "Orders are off: there is no `http.token_file`.",
    404: "It is not known.",
    408: "The body did not come in in time.",
    409: "It cannot be done now.",
    413: "The body is too large.",
    429: "Too many orders of one kind; nothing was done.",
    503: "Nothing is known yet, or the order could not be made durable.",
}
"""Statuses of errors, and when they are answered. 500 is a fault of ours and never meant."""

ORDERED = (400, 401, 403, 408, 413, 429, 503)
"""What every order may be refused with."""


@dataclass(frozen=True, slots=True)
class Query:
    """Something that a call takes in its address."""

    name: str
    says: str
    pattern: str = ""
    """What it must look like; "": anything."""
    in_path: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One method of one path."""

    method: str
    path: str
    says: str
    answer: type | None
    """None: any object."""
    errors: tuple[int, ...] = ()
    queries: tuple[Query, ...] = ()
    asks: type | None = None
    """The body of an order; None where none is read."""
    empty: bool = False
    """Whether the body may be left out."""

    @property
    def name(self) -> str:
        """What a generated client calls it: `get_images_name`."""
        parts = self.path.removeprefix("/api/v1").replace(".", "/").split("/")
        return "_".join([self.method, *(each.strip("{}") for each in parts if each)])


_IMAGE = Query("name", "The name of an image.", in_path=True)
_REGION = Query("region", "Where it must be; left out: wherever it must be by configuration.")
_ORDER = Query("id", "The id of an order, as its answer gave it.", in_path=True)
_ONE = Query("image", "The name of an image; left out: all of them.")
_AFTER = Query("after", "The `seq` of an entry: only what came after it.", AFTER)


def _order(path: str, says: str, asks: type, answer: type, *errors: int) -> Call:
    return Call(POST, f"/api/v1/{path}", says, answer, (*ORDERED, *errors), asks=asks)


CALLS: tuple[Call, ...] = (
    Call(GET, "/api/v1/openapi.json", "This document.", None),
    Call(GET, "/api/v1/status", "Everything.", document.Status, (503,)),
    Call(GET, "/api/v1/images", "The images.", document.Images, (503,)),
    Call(
        GET,
        "/api/v1/images/{name}",
        "One image explained.",
        explained.Explanation,
        (404, 503),
        (_IMAGE,),
    ),
    Call(
        GET,
        "/api/v1/images/{name}/latest",
        "The version of an image to take.",
        edition.Latest,
        (404, 503),
        (_IMAGE, _REGION),
    ),
    Call(GET, "/api/v1/regions", "The regions.", document.Regions, (503,)),
    Call(GET, "/api/v1/failovers", "The failovers.", document.Failovers, (503,)),
    Call(
        GET,
        "/api/v1/readiness",
        "The secondaries, item by item.",
        explained.Preparation,
        (404, 503),
        (_ONE,),
    ),
    Call(GET, "/api/v1/history", "What happened.", explained.History, (400,), (_AFTER,)),
    Call(GET, "/api/v1/violations", "Broken promises.", explained.Violations, (503,)),
    Call(
        GET,
        "/api/v1/orders/{id}",
        "What became of an order.",
        ordered.OrderTold,
        (404, 503),
        (_ORDER,),
    ),
    _order("pause", "Forbid acting.", asks.PauseAsk, ordered.Paused),
    Call(
        POST,
        "/api/v1/resume",
        "Take away a pause.",
        ordered.Resumption,
        (*ORDERED, 409),
        asks=asks.ResumeAsk,
        empty=True,
    ),
    _order("region", "Say how a region is.", asks.RegionAsk, ordered.Said),
    _order("ack", "Say that a person has looked.", asks.AckAsk, ordered.Acknowledged, 409),
    _order("build", "Order a build.", asks.BuildAsk, ordered.Plan, 409),
    _order("failover", "Order a build in a secondary.", asks.FailoverAsk, ordered.Plan, 409),
    _order("failback", "Order a run of the primary.", asks.FailbackAsk, ordered.Plan, 409),
    _order("drill", "Order a rehearsal.", asks.DrillAsk, ordered.Plan, 409),
    Call(
        POST,
        "/api/v1/reload",
        "Read the configuration anew.",
        ordered.Reloading,
        (401, 403, 408, 409, 413, 429, 503),
    ),
)
