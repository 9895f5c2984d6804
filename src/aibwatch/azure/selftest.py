"""Whether we ourselves can see (`ports.SelfTest`)."""

from datetime import datetime
from http import HTTPStatus

from azure.core.rest import HttpRequest

from aibwatch.azure.arm import Arm, path
from aibwatch.azure.faults import from_answer
from aibwatch.azure.instants import http_date
from aibwatch.azure.throttle import Need
from aibwatch.model.fault import Fault, FaultKind

API_VERSION = "2022-12-01"


class SelfTest:
    """Reads the subscription itself: ARM's own answer, no provider and no region behind it."""

    def __init__(self, arm: Arm) -> None:
        """Take the door to ARM."""
        self._arm = arm

    async def azure_time(self, subscription: str) -> datetime | Fault:
        """Return the `Date` of any answer below 500: a 403 proves as well that we reach ARM.

        Only a 429 puts it off; then it tells nothing.
        """
        url = path(f"/subscriptions/{subscription}", API_VERSION)
        answer = await self._arm.send(subscription, HttpRequest("GET", url), Need.ACT)
        if isinstance(answer, Fault):
            return answer
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return from_answer(answer.status_code, answer.headers, answer.body)
        told = http_date(answer.headers.get("Date"))
        return told or Fault(FaultKind.NONSENSE, "an answer without a Date", answer.status_code)
