"""The rules that are shipped, as the files have them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from house.tree import ROOT

FOLDER = ROOT / "deploy/prometheus"
RECORDING = FOLDER / "rules.yaml"
ALERTING = FOLDER / "alerts.yaml"
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def groups(path: Any) -> list[dict[str, Any]]:
    """Return the groups of a file of rules."""
    found: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]
    return found


def seconds(duration: str) -> int:
    """Return how long `5m` is."""
    return sum(
        int(number) * SECONDS[unit] for number, unit in re.findall(r"(\d+)([smhd])", duration)
    )


@dataclass(frozen=True, slots=True)
class Alert:
    """One alerting rule."""

    rule: Mapping[str, Any]

    @property
    def name(self) -> str:
        """What it is called; several may share a name."""
        return str(self.rule["alert"])

    @property
    def key(self) -> str:
        """What tells it from others of its name: its severity, and its own label if it has one."""
        labels = self.rule["labels"]
        own = [labels["severity"], *([labels["burn"]] if "burn" in labels else [])]
        return "/".join([self.name, *own])

    @property
    def waits(self) -> int:
        """How many seconds its condition must hold."""
        return seconds(self.rule.get("for", "0s"))

    @property
    def lingers(self) -> int:
        """How many seconds it fires on when its condition holds no more."""
        return seconds(self.rule.get("keep_firing_for", "0s"))

    def told(self, labels: Mapping[str, str], value: str) -> dict[str, str]:
        """Return its annotations as Prometheus fills them in."""
        filled = {"$value": value, **{f"$labels.{name}": each for name, each in labels.items()}}
        return {
            name: re.sub(r"\{\{ (\S+) \}\}", lambda found: filled.get(found[1], ""), text)
            for name, text in self.rule["annotations"].items()
        }


ALERTS = tuple(Alert(rule) for group in groups(ALERTING) for rule in group["rules"])
BY_KEY = {each.key: each for each in ALERTS}
