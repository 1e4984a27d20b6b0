"""What the command line sends: only what was given, for the API to fill in the rest."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from pydantic import JsonValue

from cli.errors import UserError


def given(fields: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the fields that have a value."""
    return {name: value for name, value in fields.items() if value is not None}


def route_request(model: str | None, fallback: list[str] | None, max_cost: str | None) -> dict[str, JsonValue]:
    """Return what a request says of models and money. Raises UserError when `max_cost` is not an amount."""
    return given({"model": model, "fallback": [*fallback] if fallback else None, "maxCostUsd": _usd(max_cost)})


def _usd(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        amount = Decimal(text.removeprefix("$"))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount <= 0:
        message = f"--max-cost is {text!r}, which is not an amount in USD."
        raise UserError(message, "Give it as in --max-cost 0.50")
    return float(amount)
