"""What a template's owner wrote: the whole of it, as Azure tells it."""

from dataclasses import dataclass

from aibwatch.model.names import TemplateId


@dataclass(frozen=True, slots=True)
class Body:
    """A template as its owner wrote it: without its runs, and without what the service adds.

    Signatures of SAS addresses are taken out before anybody sees it (PROMISES S39).
    """

    template: TemplateId
    text: str
    """JSON: `location`, `tags`, `identity` and `properties` by their names on the wire, keys in
    order, so that equal bodies are equal texts."""
    late: bool = False
    """Told by Azure Resource Graph, which lags behind, because the provider did not answer."""
