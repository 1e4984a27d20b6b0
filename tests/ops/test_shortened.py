"""Shortened rules are the real ones: what holds of these in a test holds of those."""

import re
from pathlib import Path
from typing import Any, Final

import promql_parser
import pytest
import yaml
from promql_parser import Expr, MatrixSelector

from embedded.prometheus import RULES, write_configuration
from embedded.prometheus import local_targets as targets
from settings import Settings
from tests.ops.dashboards_promql import named_in, numbers_in
from tests.ops.shortened import (
    SHORTEST_WINDOW,
    shorten_configuration,
    shortened,
    shortened_expression,
    shortened_rules,
    write_shortened_rules,
)
from tests.programs import run

Part = dict[str, Any]

FILES: Final = sorted(Path(RULES).parent.glob(Path(RULES).name))
UNTIMED: Final = ("record", "alert", "labels", "annotations")


def rules_of(file: Part) -> list[Part]:
    return [rule for group in file["groups"] for rule in group["rules"]]


def read(path: Path) -> Part:
    return yaml.safe_load(path.read_text())


def windows(query: str) -> list[float]:
    found: list[float] = []

    def enter(node: Expr) -> None:
        if isinstance(node, MatrixSelector):
            found.append(node.range.total_seconds())

    promql_parser.walk(promql_parser.parse(query), enter)
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_but_time_is_changed(path: Path) -> None:
    real, short = rules_of(read(path)), rules_of(shortened_rules(read(path)))
    assert [{key: rule.get(key) for key in UNTIMED} for rule in short] == [
        {key: rule.get(key) for key in UNTIMED} for rule in real
    ]
    for one, other in zip(real, short, strict=True):
        assert set(one) == set(other)
        assert numbers_in(other["expr"]) == numbers_in(one["expr"])
        assert [named.name for named in named_in(other["expr"])] == [named.name for named in named_in(one["expr"])]
        assert [named.matched for named in named_in(other["expr"])] == [
            named.matched for named in named_in(one["expr"])
        ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_window_and_wait_is_a_sixtieth_but_for_windows_too_short_for_a_rate(path: Path) -> None:
    for one, other in zip(rules_of(read(path)), rules_of(shortened_rules(read(path))), strict=True):
        shortest = SHORTEST_WINDOW.total_seconds()
        assert windows(other["expr"]) == [max(window / 60, shortest) for window in windows(one["expr"])]
        if "for" in one:
            assert other["for"] == f"{shortened(one['for']).total_seconds() * 1000:.0f}ms"


def test_text_in_a_query_is_left_alone() -> None:
    query = 'sum(rate(x{path=~"/a[12h]/offset 5m"}[10m] offset 1h30m)) > 300'
    assert shortened_expression(query) == 'sum(rate(x{path=~"/a[12h]/offset 5m"}[10000ms] offset 90000ms)) > 300'


def test_what_is_no_duration_is_refused() -> None:
    with pytest.raises(ValueError, match="5x is no duration"):
        shortened("5x")


@pytest.mark.requires("prometheus")
def test_prometheus_takes_them(tmp_path: Path) -> None:
    pattern = write_shortened_rules(RULES, tmp_path / "rules")
    file = write_configuration(Settings(), tmp_path, targets(Settings()), rules=pattern)
    shorten_configuration(file)
    checked = run("promtool", "check", "config", file)
    assert checked.returncode == 0, checked.stderr
    assert len(re.findall(r"SUCCESS: \d+ rules found", checked.stdout)) == len(FILES)
