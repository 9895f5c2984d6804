"""The section `metrics` of a configuration, in the scrape and the log of a real daemon."""

import json
import re
from typing import Any

from process.stage import Stage

LEFT_OUT = "metrics.templates_left_out"


def scraped(stage: Stage) -> str:
    """Return a scrape in the plain text format."""
    return stage.get("/metrics")[1]


def templates(stage: Stage) -> set[str]:
    """Return the templates that have series."""
    return set(re.findall(r'[{,]template="([\w-]+)"', scraped(stage)))


def warnings(stage: Stage) -> list[dict[str, Any]]:
    """Return what was said of templates without series."""
    return [json.loads(each) for each in stage.log().splitlines() if LEFT_OUT in each]


def test_as_many_templates_as_are_allowed_and_since_when_counters_count(stage: Stage) -> None:
    """One warning, however many cycles and scrapes there are; more are shown without a restart."""
    stage.image("web", "westeurope", "northeurope", mode="observe")
    stage.overrides["metrics"] = {"max_templates": 1, "created": True}
    stage.serve()
    stage.until(lambda: bool(templates(stage)), "a template has series")
    stage.cycles()

    assert templates(stage) == {"web-westeurope"}
    assert "aibwatch_azure_requests_created{" in scraped(stage)
    (said,) = warnings(stage)
    assert (said["level"], said["watched"], said["limit"]) == ("warning", 2, 1)
    assert said["therefore"] == "those beyond it have no series; raise metrics.max_templates"

    stage.overrides["metrics"] = {"max_templates": 2, "created": True}
    stage.write_config()
    stage.until(lambda: len(templates(stage)) == 2, "both have series")
    assert len(warnings(stage)) == 1
