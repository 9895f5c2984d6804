"""A first configuration, as text: images as they are proposed, each with why and what is in doubt.

Whatever stands in Azure may stand in it, so every text that came from there is in double quotes
and in ASCII, in comments too: none can end its line or its quotes.
"""

import json
from collections.abc import Container, Iterator, Sequence
from math import inf

import yaml

from aibwatch.config.sections import AzureSection
from aibwatch.model.names import ImageName, name_of
from aibwatch.model.proposal import Proposal
from aibwatch.model.template import Template

HEAD = """\
# Proposed by `aibwatch init`, for you to judge: {summary}.
# Nothing is ever started in mode observe; the others are advise and auto.
#   aibwatch config validate --config FILE    says what is wrong with it
#   aibwatch check --config FILE              says what would be protected
# Every key with its default is in config/aibwatch.example.yaml.
"""

ALONE = (
    "    # its geography has no other region with Image Builder: accept another by name",
    "    # (allowed_geographies), or only keep exports of the template",
)


def proposed(
    proposals: Sequence[Proposal],
    subscriptions: Sequence[str],
    azure: AzureSection,
    store: str,
    alone: Container[ImageName] = (),
) -> str:
    """Return the text, with a store's address, and of `azure` what is set and can be no secret.

    `alone` are images whose geography has no other region with Image Builder.
    """
    lines = [HEAD.format(summary=summary(proposals))]
    login = azure.model_dump(
        mode="json", exclude_defaults=True, exclude={"proxy": True, "credential": {"token"}}
    )
    if login:
        lines.append(f"azure: {json.dumps(login)}\n")
    lines.append(f"store: {{url: {_quoted(store)}}}\n")
    lines.append(f"subscriptions: [{', '.join(map(_quoted, sorted(subscriptions)))}]\n")
    lines.append("images:" if proposals else "images: []    # no template was seen")
    for each in proposals:
        lines += _image(each, alone=each.name in alone)
    return "\n".join(lines) + "\n"


def summary(proposals: Sequence[Proposal]) -> str:
    """Return in words how many templates were seen, and how many images have a secondary."""
    seen = sum(len(each.templates) for each in proposals)
    alone = sum(each.is_alone for each in proposals)
    paired = len(proposals) - alone
    return f"{seen} templates, {paired} images with a secondary, {alone} without"


def remedy(proposal: Proposal) -> str:
    """Return the one command that an image without a secondary needs next."""
    return f"aibwatch replicate {proposal.name} --config FILE"


def _image(proposal: Proposal, *, alone: bool) -> Iterator[str]:
    yield f"  - name: {_quoted(proposal.name)}"
    if proposal.is_alone:
        yield "    # unprotected, it has no secondary; next:"
        yield f"    #   {remedy(proposal)}"
        yield from ALONE if alone else ()
    else:
        yield f"    # alike by {proposal.likeness}"
    for doubt in proposal.doubts:
        yield f"    # see to it: {doubt}; aibwatch readiness {proposal.name} --look --config FILE"
    yield "    mode: observe"
    yield "    templates:"
    for at, template in enumerate(proposal.templates):
        yield f"      - {_quoted(template.id)}"
        yield f"        # {'secondary' if at else 'primary'} {_told(template)}"


def _told(template: Template) -> str:
    ran = f"last run {template.run.started:%Y-%m-%d %H:%M} UTC" if template.run else "never ran"
    return f"{_quoted(name_of(template.id))} in {_quoted(template.region)}, {ran}"


def _quoted(text: str) -> str:
    return yaml.safe_dump(text, default_style='"', width=inf).rstrip("\n")
