"""`pagewright estimate`: what a brief will cost, before anything is asked."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Final

import typer

from cli import options
from cli.client.answers import read
from cli.client.client import ask
from cli.client.request import given, route_request
from cli.formats import NOTHING, based_on, clean, count, model_name, money
from cli.screen.render import print_fields, print_json, print_line, print_note, print_table
from cli.screen.table import Cell, Column, Fields, Row, Table
from cli.verbs.generate import read_brief
from domain.model import Document

ESTIMATE: Final = "/api/ai/estimate"


class Range(Document):
    """Numbers of tokens or steps."""

    low: int = 0
    expected: int = 0
    high: int = 0


class Step(Document):
    """Steps of one kind."""

    step: str
    count: Range = Range()
    basis: str = ""
    samples: int = 0
    prompt_tokens: Range = Range()
    completion_tokens: Range = Range()
    expected_usd: Decimal | None = None


class Estimate(Document):
    """What a brief will cost on a route."""

    route: tuple[str, ...]
    basis: str
    samples: int = 0
    low_usd: Decimal | None = None
    expected_usd: Decimal | None = None
    high_usd: Decimal | None = None
    max_cost_usd: Decimal | None = None
    unpriced_models: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(estimate)


def estimate(
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="The brief; - reads it from stdin.")] = None,
    *,
    file: Annotated[
        Path | None, typer.Option("--file", "-f", help="The brief: plain text, Markdown or JSON.", show_default=False)
    ] = None,
    model: options.Model = None,
    fallback: options.Fallback = None,
    max_cost: options.MaxCost = None,
    as_json: options.AsJson = False,
) -> None:
    """Say what a page for a brief will cost: TEXT, --file or stdin. No model is asked and nothing is stored."""
    body = route_request(model, fallback, max_cost) | given({"brief": read_brief(text, file)})
    answer = ask(lambda api: api.post(ESTIMATE, body), print_note)
    if as_json:
        print_json(answer)
        return
    found = read(Estimate, answer)
    print_fields(fields(found))
    print_table(steps(found))
    if found.unpriced_models:
        print_line(f"No price is known of {', '.join(map(clean, found.unpriced_models))}: `pagewright prices check`.")


def fields(found: Estimate) -> Fields:
    """Return an estimate in a few lines."""
    return Fields(
        (
            ("Route", ", then ".join(map(model_name, found.route))),
            ("Expected", Cell(money(found.expected_usd), "strong")),
            ("Range", f"{money(found.low_usd)} to {money(found.high_usd)}"),
            ("Why so wide", _why_wide(found)),
            ("Based on", based_on(found.basis, found.samples)),
            ("Cap", money(found.max_cost_usd)),
        )
    )


def _why_wide(found: Estimate) -> str:
    """Return what makes the top of the range; nothing where one model writes all."""
    if len(found.route) == 1 or not found.high_usd:
        return NOTHING
    return "its top is the dearest model of the route for every step, as if all before it failed"


def steps(found: Estimate) -> Table:
    """Return an estimate step by step."""
    columns = (
        Column("Step"),
        Column("Count", right=True, narrow="whole"),
        Column("In", right=True, narrow="drop"),
        Column("Out", right=True, narrow="drop"),
        Column("Cost", right=True, narrow="whole"),
        Column("Based on", narrow="drop"),
    )
    return Table(columns, tuple(_row(step) for step in found.steps), "\nSteps, as expected")


def _row(step: Step) -> Row:
    return (
        clean(step.step),
        _counts(step.count),
        count(step.prompt_tokens.expected),
        count(step.completion_tokens.expected),
        money(step.expected_usd),
        based_on(step.basis, step.samples),
    )


def _counts(found: Range) -> str:
    return str(found.expected) if found.low == found.high else f"{found.low} to {found.high}"
