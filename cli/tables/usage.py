"""Usage as tables. Pure."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from pydantic import Field

from cli.formats import NOTHING, clean, count, money, short_model_name
from cli.screen.table import Cell, Column, Fields, Row, Table
from domain.model import Document


class Usage(Document):
    """What some calls took together."""

    calls: int = 0
    total_tokens: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    estimated_cost: Decimal = Decimal(0)
    charged: Decimal = Decimal(0)
    unknown_price_calls: int = 0
    unknown_cost_calls: int = 0
    open_calls: int = 0


class OtherUsers(Usage):
    """What users that are not named took."""

    users: int = 0


class Report(Document):
    """Usage over whole days."""

    start_date: date
    end_date: date
    timezone: str = "UTC"
    total_estimated_cost: Decimal
    total_charged: Decimal = Decimal(0)
    total_calls: int = 0
    total_tokens: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    unknown_price_calls: int = 0
    unknown_cost_calls: int = 0
    open_calls: int = 0
    by_provider: dict[str, Usage] = Field(default_factory=dict[str, Usage])
    by_model: dict[str, Usage] = Field(default_factory=dict[str, Usage])
    by_user: dict[str, Usage] = Field(default_factory=dict[str, Usage])
    other_users: OtherUsers = OtherUsers()
    by_date: dict[str, Usage] = Field(default_factory=dict[str, Usage])


def totals(report: Report) -> Fields:
    """Return a report's sums."""
    parts = f"{count(report.prompt_tokens)} in, {count(report.completion_tokens)} out"
    return Fields(
        (
            ("Period", f"{report.start_date} to {report.end_date} ({clean(report.timezone)})"),
            ("Estimated cost", Cell(money(report.total_estimated_cost), "strong")),
            ("Charged", money(report.total_charged)),
            ("Calls", count(report.total_calls)),
            ("Tokens", f"{count(report.total_tokens)} ({parts})"),
            ("Read from caches", count(report.cached_tokens or None)),
            ("For reasoning", count(report.reasoning_tokens or None)),
            ("Without a price", _told(report.unknown_price_calls, "their cost is in no sum")),
            ("Of unknown cost", _told(report.unknown_cost_calls, "the vendor may bill them")),
            ("In flight", count(report.open_calls or None)),
        )
    )


def tables(report: Report) -> tuple[Table, ...]:
    """Return a report told by provider, model, user and day."""
    users = dict(report.by_user)
    if report.other_users.users:
        users[f"({report.other_users.users} others)"] = report.other_users
    models = {short_model_name(name): usage for name, usage in report.by_model.items()}
    return (
        _table("By provider", "Provider", report.by_provider),
        _table("By model", "Model", models),
        _table("By user", "User", users),
        _table("By day", "Day", report.by_date),
    )


def _table(title: str, key: str, rows: Mapping[str, Usage]) -> Table:
    columns = (
        Column(key, narrow="fold"),
        Column("Calls", right=True, narrow="whole"),
        Column("Tokens", right=True, narrow="whole"),
        Column("In", right=True, narrow="drop"),
        Column("Out", right=True, narrow="drop"),
        Column("Cost", right=True, narrow="whole"),
        Column("Charged", right=True, narrow="drop"),
        Column("No price", right=True, narrow="drop"),
        Column("Unknown", right=True, narrow="drop"),
    )
    return Table(
        columns, tuple(_row(name, usage) for name, usage in rows.items()), f"\n{title}", f"\n{title}: no calls."
    )


def _row(name: str, usage: Usage) -> Row:
    return (
        clean(name),
        count(usage.calls),
        count(usage.total_tokens),
        count(usage.prompt_tokens),
        count(usage.completion_tokens),
        money(usage.estimated_cost),
        money(usage.charged),
        count(usage.unknown_price_calls or None),
        count(usage.unknown_cost_calls or None),
    )


def _told(calls: int, why: str) -> str:
    return f"{count(calls)} {'call' if calls == 1 else 'calls'}: {why}" if calls else NOTHING
