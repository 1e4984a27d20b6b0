"""Prometheus' own configuration and rules with a minute as long as a second, for tests that see alerts come and go.

They are made from the real files: whatever is changed there is changed here. Durations alone are shorter, thresholds
are what they are.
"""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import yaml

FACTOR: Final = 60
SCRAPE: Final = timedelta(seconds=2)
EVALUATION: Final = timedelta(seconds=1)
SHORTEST_WINDOW: Final = 4 * SCRAPE
"""A rate needs several scrapes, of which one may be late."""

_UNITS: Final = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "y": timedelta(days=365),
}
_PART: Final = re.compile(r"(\d+)(ms|[smhdwy])")
_TIMED: Final = re.compile(
    r"""(?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
    r"|\[(?P<window>\w+)\]"
    r"|\boffset\s+(?P<offset>\w+)"
)

_Part = dict[str, Any]


def write_shortened_rules(rules: str, folder: Path) -> str:
    """Write the files of a pattern to a folder, shortened, and return the pattern of those."""
    folder.mkdir()
    pattern = Path(rules)
    for path in pattern.parent.glob(pattern.name):
        shortened = shortened_rules(yaml.safe_load(path.read_text()))
        (folder / path.name).write_text(yaml.safe_dump(shortened, sort_keys=False))
    return str(folder / pattern.name)


def shortened_rules(written: _Part) -> _Part:
    """Return what a file of rules says, shortened."""
    return {"groups": [_group(group) for group in written["groups"]]}


def shorten_configuration(file: Path) -> None:
    """Let Prometheus ask and evaluate every moment."""
    configuration = yaml.safe_load(file.read_text())
    configuration["global"] |= {
        "scrape_interval": spelled(SCRAPE),
        "scrape_timeout": spelled(SCRAPE),
        "evaluation_interval": spelled(EVALUATION),
    }
    file.write_text(yaml.safe_dump(configuration, sort_keys=False))


def shortened_expression(expression: str) -> str:
    """Return a query with windows and offsets shortened."""

    def shorten(found: re.Match[str]) -> str:
        if window := found["window"]:
            return f"[{spelled(max(shortened(window), SHORTEST_WINDOW))}]"
        if offset := found["offset"]:
            return f"offset {spelled(shortened(offset))}"
        return found[0]

    return _TIMED.sub(shorten, expression)


def shortened(duration: str) -> timedelta:
    """Return how long a duration is when a minute is a second. Raises ValueError when it is none."""
    parts = _PART.findall(duration)
    if "".join(number + unit for number, unit in parts) != duration or not parts:
        message = f"{duration} is no duration"
        raise ValueError(message)
    return sum((int(number) * _UNITS[unit] for number, unit in parts), timedelta()) / FACTOR


def spelled(duration: timedelta) -> str:
    """Return a duration as Prometheus reads it."""
    return f"{round(duration / timedelta(milliseconds=1))}ms"


def _group(written: _Part) -> _Part:
    interval = {"interval": spelled(EVALUATION)} if "interval" in written else {}
    return written | interval | {"rules": [_rule(rule) for rule in written["rules"]]}


def _rule(written: _Part) -> _Part:
    wait = {"for": spelled(shortened(written["for"]))} if "for" in written else {}
    return written | wait | {"expr": shortened_expression(written["expr"])}
