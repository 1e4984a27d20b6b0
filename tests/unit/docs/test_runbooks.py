"""Each alert has its runbook, and what a runbook says of it is what the rule does."""

import re
from collections import Counter
from itertools import pairwise
from typing import Any, Final

import pytest

from tests.ops.dashboards_promql import Named, is_same_everywhere, labels_of, named_in, ours
from tests.ops.rules import alerts, rules, temporal_metrics
from tests.unit.docs.markdown import ROOT, Document

FOLDER: Final = ROOT / "docs" / "runbooks"
INDEX: Final = "README"
OTHERS: Final = {INDEX, "emergency"}
SECTIONS: Final = ["What it means", "Impact", "First look", "Mend", "Check", "Escalate"]
LONGEST: Final = 75
"""Lines: a page that is read at night."""

PAGES: Final = {
    path.stem: Document(path, path.read_text("utf-8"))
    for path in sorted(FOLDER.glob("*.md"))
    if path.stem not in OTHERS
}
ALERTS: Final[dict[str, dict[str, Any]]] = {rule.name: rule.written for rule in alerts()}
EVERY: Final = [
    *PAGES.values(),
    *(Document(path, path.read_text("utf-8")) for path in map(FOLDER.joinpath, ("README.md", "emergency.md"))),
]

_OTHERS: Final = {"up", "ALERTS", "temporal_request_total", "persistence_error_with_type"}
"""Metrics that no rule asks for, and Prometheus' own."""
_PROCESS: Final = "process_"
_QUERY: Final = re.compile(r"'query=([^']*)'")
_UNITS: Final = {"m": "minute", "h": "hour"}
_WORDS: Final = {1: "one", 2: "two", 5: "five", 10: "ten", 1e6: "a million", 86400: "day"}
_VARIABLE: Final = re.compile(r"\$(\w+)")
_ASSIGNED: Final = re.compile(r"^(?:export |for )?(\w+)(?:=| in )", re.MULTILINE)
_COMPARED: Final = re.compile(r"[<>]=?\s*([\d.e]+)(?: \* ([\d.]+))?")


def spoken(duration: str) -> str:
    """Return a rule's duration as a page says it: `5 minutes`, `a minute`."""
    number, unit = int(duration[:-1]), _UNITS[duration[-1]]
    return f"{'an' if unit == 'hour' else 'a'} {unit}" if number == 1 else f"{number} {unit}s"


def thresholds(expression: str) -> set[float]:
    """Return the numbers that a rule compares with, but for 0: that there is any needs no number."""
    return {round(float(number) * float(times or 1), 9) for number, times in _COMPARED.findall(expression)} - {0}


def says(text: str, number: float) -> bool:
    """Whether a text has a number: plain, in percent, as a time, or as a word."""
    forms = [f"{number:g}", f"{number * 100:g} %", f"{number * 1000:g} ms", f"{number / 60:g} minutes"]
    forms += [_WORDS[number]] if number in _WORDS else []
    return any(re.search(rf"(?<![\d.,]){form}(?![\d.])", text) for form in forms)


def queries_of(text: str) -> list[str]:
    """Return the queries of a page. Fails for one that is not written as `'query=...'`."""
    queries = _QUERY.findall(text)
    assert len(queries) == text.count("query="), "each query is written as 'query=...'"
    return queries


def wrong_in(query: str) -> list[str]:
    """Return what a query asks that nobody answers, and what it counts once for each API process."""
    return [wrong for named in named_in(query) for wrong in _wrong(named)]


def _wrong(named: Named) -> list[str]:
    metric = ours().get(named.name)
    if metric is None:
        others = {rule.name for rule in rules()} | temporal_metrics().keys() | _OTHERS
        return [] if named.name in others or named.name.startswith(_PROCESS) else [f"no {named.name}"]
    wrong = [f"no {label} of {named.name}" for label in (named.matched | named.grouped) - labels_of(metric)]
    if is_same_everywhere(metric) and not named.is_taken_once:
        wrong.append(f"{named.name} of each process")
    return wrong


def section(page: Document, title: str) -> str:
    """Return what stands below a heading, its lines made one."""
    (found,) = re.findall(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", page.text, re.MULTILINE | re.DOTALL)
    return " ".join(found.split())


def prose(page: Document) -> list[str]:
    """Return the paragraphs of a page, without blocks of commands."""
    text = re.sub(r"^```.*?^```$", "", page.text, flags=re.MULTILINE | re.DOTALL)
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]


def test_every_alert_has_its_page_and_every_page_its_alert() -> None:
    assert PAGES.keys() == ALERTS.keys()


def test_every_alert_leads_to_its_page() -> None:
    for name, alert in ALERTS.items():
        assert alert["annotations"]["runbook_url"].endswith(f"/docs/runbooks/{name}.md")


def test_the_index_has_each_alert_once_with_its_severity() -> None:
    rows = re.findall(
        r"^\| \[(\w+)\]\((\w+)\.md\) \| (\w+) \|", (FOLDER / "README.md").read_text("utf-8"), re.MULTILINE
    )
    assert [(name, file) for name, file, _ in rows] == [(name, name) for name in dict.fromkeys(row[0] for row in rows)]
    assert {name: severity for name, _, severity in rows} == {
        name: alert["labels"]["severity"] for name, alert in ALERTS.items()
    }


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_its_name_and_the_sections_in_their_order(name: str) -> None:
    assert PAGES[name].headings() == [("h1", name), *(("h2", title) for title in SECTIONS)]


@pytest.mark.parametrize("name", PAGES)
def test_no_section_is_empty_and_the_first_look_and_the_check_have_commands(name: str) -> None:
    assert all(section(PAGES[name], title) for title in SECTIONS)
    assert "```sh" in section(PAGES[name], "First look")
    assert "```sh" in section(PAGES[name], "Check")


@pytest.mark.parametrize("name", ALERTS)
def test_a_page_says_how_long_it_takes_to_fire(name: str) -> None:
    held = ALERTS[name].get("for")
    assert held is None or spoken(held) in section(PAGES[name], "What it means").lower()


@pytest.mark.parametrize("name", ALERTS)
def test_a_page_says_where_the_threshold_is(name: str) -> None:
    said = section(PAGES[name], "What it means").lower()
    assert {number for number in thresholds(ALERTS[name]["expr"]) if not says(said, number)} == set()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_short(name: str) -> None:
    assert len(PAGES[name].text.splitlines()) <= LONGEST


@pytest.mark.parametrize("page", EVERY, ids=lambda page: page.name)
def test_every_query_asks_for_what_is_exposed_and_counts_it_once(page: Document) -> None:
    found = {query: wrong_in(query) for query in queries_of(page.text)}
    assert {query: wrong for query, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("page", EVERY, ids=lambda page: page.name)
def test_a_page_uses_no_variable_but_its_own_and_those_of_the_first_page(page: Document) -> None:
    first = (FOLDER / "README.md").read_text("utf-8")
    assigned = {*_ASSIGNED.findall("\n".join(page.shell_lines())), *re.findall(r"^export (\w+)=", first, re.MULTILINE)}
    assert set(_VARIABLE.findall("\n".join(page.shell_lines()))) <= assigned


@pytest.mark.parametrize("page", EVERY, ids=lambda page: page.name)
def test_a_block_that_no_test_runs_says_why(page: Document) -> None:
    """Such a block is marked otherwise than `sh`, and the comment before it has the reason."""
    blocks = [
        (before, line)
        for before, line in pairwise(["", *(line for line in page.text.splitlines() if line.strip())])
        if re.fullmatch(r"```\w+", line) and line != "```sh"
    ]
    assert [line for before, line in blocks if not before.startswith("<!-- not run: ")] == []


def test_what_several_pages_would_say_stands_in_one_place() -> None:
    said = Counter(
        paragraph for page in EVERY for paragraph in prose(page) if len(paragraph) > len("## What it means") * 4
    )
    assert [paragraph for paragraph, times in said.items() if times > 1] == []


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("sum(rate(ai_jobs_totals[5m]))", ["no ai_jobs_totals"]),
        ('max(ai_jobs_total{outcome="failed"})', ["no outcome of ai_jobs_total"]),
        ("max by (queue) (rate(ai_jobs_total[5m]))", ["no queue of ai_jobs_total"]),
        ("max(page_duration_seconds)", ["no page_duration_seconds"]),
        ("sum(rate(ai_jobs_total[5m]))", ["ai_jobs_total of each process"]),
        ("slo:rounds_failed:ratio_rate1h + slo:rounds_failed:ratio_rate7h", ["no slo:rounds_failed:ratio_rate7h"]),
        ('sum by (part) (max without (instance) (ready{part="database"}))', []),
        ("max_over_time(max(ai_queue_size)[1h:]) + sum(rate(http_requests_total[5m]))", []),
    ],
)
def test_a_query_that_asks_wrongly_is_seen(query: str, wrong: list[str]) -> None:
    assert wrong_in(query) == wrong


def test_a_query_that_is_none_is_seen() -> None:
    with pytest.raises(ValueError, match="parenthesis"):
        wrong_in("sum(rate(ai_jobs_total[5m])")
    with pytest.raises(AssertionError):
        queries_of('curl --data-urlencode "query=up"')


def test_a_threshold_that_a_page_does_not_say_is_seen() -> None:
    expression = "a / b\n> 0.25\nand c >= 5 or d > 14.4 * 0.05 and e > 0"
    assert thresholds(expression) == {0.25, 5, 0.72}
    said = "more than 25 % for 15 minutes, or 72.5 %"
    assert [says(said, number) for number in (0.25, 5, 0.72)] == [True, False, False]
