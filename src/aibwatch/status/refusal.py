"""Errors as answers: the HTTP status and the words for whoever asked."""

from collections.abc import Mapping

from aibwatch.errors import StoreError
from aibwatch.model.image import Image
from aibwatch.model.names import ImageName
from aibwatch.status.orders import OrderError

FAULT = "this is a fault of aibwatch; its log says more"


class Refusal(Exception):  # noqa: N818  it is an answer, not a fault of ours
    """A request that is answered with an error."""

    def __init__(self, status: int, message: str, wait: int = 0) -> None:
        """Take the HTTP status, what to tell, and in how many seconds to ask again, if at all."""
        super().__init__(message)
        self.status = status
        self.wait = wait


def image_named(name: str, images: Mapping[ImageName, Image]) -> Image:
    """Return the image that is called so. Raises Refusal, which names those that there are."""
    image = images.get(ImageName(name))
    if image is None:
        known = ", ".join(sorted(images)) or "none"
        message = f"unknown image {name!r}; there are: {known}"
        raise Refusal(404, message)
    return image


def refusal_of(error: Exception) -> Refusal | None:
    """Return what to answer to a request that raised `error`; None if that is our own fault."""
    match error:
        case Refusal():
            return error
        case OrderError():
            return Refusal(400, str(error))
        case StoreError():
            return Refusal(503, f"nothing was changed: {error}")
        case TimeoutError():
            return Refusal(408, "the body did not come in in time")
        case _:
            return None
