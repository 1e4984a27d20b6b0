"""Prices as tables. Pure."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from cli.formats import UNKNOWN, clean, count, money, short_model_name
from cli.screen.table import Cell, Column, Row, Table
from domain.model import Document


class Price(Document):
    """What a model costs in USD a million tokens; None without a price."""

    model: str
    source: str | None = None
    prompt: Decimal | None = None
    completion: Decimal | None = None
    cached: Decimal | None = None
    has_tiers: bool = False


class Prices(Document):
    """The allow-list's prices, and the price list they come from."""

    price_list: str
    version: str
    newest_change: date
    age_days: int
    models: tuple[Price, ...]


class Repriced(Document):
    """What calls of one model cost as it is stored, and by the prices of their days."""

    model: str
    calls: int
    stored_usd: Decimal
    recomputed_usd: Decimal
    difference_usd: Decimal
    unpriced_calls: int


def listing(prices: Prices) -> Table:
    """Return the price of each model."""
    columns = (
        Column("Model", narrow="fold"),
        Column("Prompt", right=True, narrow="whole"),
        Column("Completion", right=True, narrow="whole"),
        Column("Cached", right=True, narrow="whole"),
        Column("From", narrow="drop"),
        Column("Note", narrow="drop"),
    )
    rows = tuple(_listed(price) for price in prices.models)
    return Table(columns, rows, "USD a million tokens")


def repriced(models: Sequence[Repriced]) -> Table:
    """Return what models cost then and now."""
    columns = (
        Column("Model", narrow="fold"),
        Column("Calls", right=True, narrow="whole"),
        Column("Stored", right=True, narrow="whole"),
        Column("Recomputed", right=True, narrow="whole"),
        Column("Difference", right=True, narrow="whole"),
        Column("No price", right=True, narrow="drop"),
    )
    return Table(columns, tuple(_compared(model) for model in models), empty="No calls with tokens in these days.")


def _listed(price: Price) -> Row:
    if price.source is None:
        return (clean(price.model), *(Cell(UNKNOWN, "bad"),) * 3, "-", "refused at submit")
    note = "more for long prompts" if price.has_tiers else "-"
    amounts = (money(price.prompt), money(price.completion), money(price.cached))
    return (short_model_name(price.model), *amounts, clean(price.source), note)


def _compared(model: Repriced) -> Row:
    return (
        short_model_name(model.model),
        count(model.calls),
        money(model.stored_usd),
        money(model.recomputed_usd),
        Cell(_signed(model.difference_usd), "held" if model.difference_usd else ""),
        count(model.unpriced_calls or None),
    )


def _signed(usd: Decimal) -> str:
    return f"-{money(-usd)}" if usd < 0 else money(usd)
