"""What stands in the rules of Prometheus and in their unit tests."""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from tests.programs import ROOT

FOLDER: Final = ROOT / "ops/prometheus"
RULES: Final = tuple(sorted((FOLDER / "rules").glob("*.yml")))
TESTS: Final = tuple(sorted((FOLDER / "tests").glob("*.test.yml")))

_TEMPORAL: Final = re.compile(r"\| `(\w+)` \| (worker|temporal) \| ([\w, ]+) \|")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: `alert` or `record` is its name."""

    name: str
    written: dict[str, Any]

    @property
    def is_alert(self) -> bool:
        return "alert" in self.written

    @property
    def expression(self) -> str:
        return self.written["expr"]


@dataclass(frozen=True, slots=True)
class Case:
    """What a unit test expects of an alert at a moment."""

    alert: str
    fires: bool


@functools.cache
def rules() -> tuple[Rule, ...]:
    return tuple(
        Rule(rule.get("alert") or rule["record"], rule)
        for path in RULES
        for group in _read(path)["groups"]
        for rule in group["rules"]
    )


def alerts() -> list[Rule]:
    return [rule for rule in rules() if rule.is_alert]


def cases() -> Iterator[Case]:
    for path in TESTS:
        for test in _read(path)["tests"]:
            for case in test.get("alert_rule_test", ()):
                yield Case(case["alertname"], bool(case["exp_alerts"]))


def temporal_metrics(job: str = "worker|temporal") -> dict[str, set[str]]:
    """Return the labels of each metric of Temporal that the folder's README lists, or of those a job exposes."""
    listed = _TEMPORAL.findall((FOLDER / "README.md").read_text())
    return {name: set(labels.split(", ")) for name, source, labels in listed if source in job}


def _read(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text())
