"""`pagewright prices`: what models cost, whether that is known and how old it is, and the past priced again."""

import asyncio
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Final

import typer

from activities.repricing import RepricedModel, reprice
from cli import options
from cli.client.answers import read
from cli.client.client import ask
from cli.configuration import load_settings
from cli.errors import UserError
from cli.formats import clean
from cli.live.again import Watch, show_once_or_again
from cli.screen.render import print_cell, print_json, print_line, print_note, print_table
from cli.screen.table import Cell
from cli.tables import price as price_tables
from domain.money import NANO
from domain.route import SANDBOX_PROVIDER, provider_of
from domain.usage import Period
from providers.prices import Prices
from settings import Settings
from storage.database import Database
from storage.schema import require_current

PRICES: Final = "/api/ai/prices"
OLD_DAYS: Final = 60
"""From which on a price list is worth a look: vendors change prices every few weeks."""
_UPDATE: Final = "Update it with: uv lock --upgrade-package genai-prices && uv sync, then restart."

_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    app.add_typer(_app, name="prices", help="See what models cost, and price the past again.")


@_app.command("list")
def list_prices(watch: Watch = False, as_json: options.AsJson = False) -> None:
    """List what each allowed model costs, and where that is known from."""

    def show() -> None:
        answer = ask(lambda api: api.get(PRICES), print_note)
        if as_json:
            print_json(answer)
            return
        found = read(price_tables.Prices, answer)
        print_table(price_tables.listing(found))
        _tell_unmet(found)

    show_once_or_again(show, watch=watch)


@_app.command()
def check(as_json: options.AsJson = False) -> None:
    """Say which models have no price and how old the price list is; the exit code is 0 when every model has one."""
    answer = ask(lambda api: api.get(PRICES), print_note)
    prices = read(price_tables.Prices, answer)
    missing = [price.model for price in prices.models if price.source is None]
    if as_json:
        print_json(answer)
    else:
        _tell(prices, missing)
    if missing:
        raise typer.Exit(1)


@_app.command()
def recompute(
    since: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", show_default=False, help="First UTC day.")
    ],
    until: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", show_default=False, help="Last UTC day; without it, today."
        ),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Price past calls again, each by the price of its day, and show the difference to what is stored.

    Works on this machine's database, over all tenants, and changes nothing in it.
    """
    period = Period(since.date(), _today() if until is None else until.date())
    if period.last < period.first:
        message = f"--until {period.last} is before --since {period.first}."
        raise UserError(message)
    models = [_shown(model) for model in asyncio.run(_repriced(load_settings(), period))]
    if as_json:
        print_json([model.model_dump(mode="json", by_alias=True) for model in models])
        return
    print_table(price_tables.repriced(models))
    print_line("Stored costs are those of the day they were settled; nothing was changed.")


def _tell(prices: price_tables.Prices, missing: list[str]) -> None:
    for model in missing:
        print_cell(Cell(f"✗ {model} has no price: jobs that name it are refused.", "bad"))
    if missing:
        print_line('Give one: PAGEWRIGHT_PRICE_OVERRIDES=\'{"PROVIDER:MODEL": {"prompt": 1.0, "completion": 2.0}}\'')
    else:
        print_cell(Cell("✓ Every allowed model has a price.", "good"))
    _tell_unmet(prices)
    age = f"{prices.price_list} {prices.version} knows prices up to {prices.newest_change}, {prices.age_days} days ago."
    print_cell(Cell(age, "held" if prices.age_days > OLD_DAYS else ""))
    print_line(_UPDATE)


def _tell_unmet(prices: price_tables.Prices) -> None:
    """Name overrides that set no price: of models that are not allowed, misspelt or free. Elsewhere's are not known."""
    settings = load_settings()
    if settings.speaks_elsewhere:
        return
    met = {price.model for price in prices.models if provider_of(price.model) != SANDBOX_PROVIDER}
    for model in sorted(set(settings.price_overrides) - met):
        why = "the sandbox is free" if provider_of(model) == SANDBOX_PROVIDER else "no model of that name is allowed"
        print_note(f"PAGEWRIGHT_PRICE_OVERRIDES sets a price for {clean(model)} in vain: {why}.")


async def _repriced(settings: Settings, period: Period) -> list[RepricedModel]:
    database = Database(settings.resolved_database_url)
    try:
        await require_current(database)
        return await reprice(database, Prices(settings.price_overrides), period)
    finally:
        await database.close()


def _shown(model: RepricedModel) -> price_tables.Repriced:
    return price_tables.Repriced(
        model=model.model,
        calls=model.calls,
        stored_usd=_usd(model.stored),
        recomputed_usd=_usd(model.recomputed),
        difference_usd=_usd(model.recomputed - model.stored),
        unpriced_calls=model.unpriced_calls,
    )


def _usd(nano: int) -> Decimal:
    return Decimal(nano) / NANO


def _today() -> date:
    return datetime.now(UTC).date()
