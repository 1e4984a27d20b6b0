"""Usage over HTTP."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field, PlainSerializer

from domain.model import Document
from domain.money import NANO, NanoUsd
from domain.usage import UsageReport, UsageSum

ExactUsd = Annotated[
    Decimal,
    PlainSerializer(float, return_type=float, when_used="json"),
    Field(description="USD, exact: up to nine decimals, so that parts add up to their total."),
]

TIMEZONE: Final = "UTC"


class UsageFormat(StrEnum):
    """How a report is written."""

    JSON = "json"
    CSV = "csv"


class Usage(Document):
    """What some calls took together.

    `estimatedCost` is what the vendors bill by the price list, `charged` the part of it whose result was kept. Calls
    without a known cost are counted apart and are in no sum of money.
    """

    calls: int
    total_tokens: int = Field(description="Of prompts and completions.")
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int = Field(description="Part of promptTokens, read from the vendor's cache.")
    reasoning_tokens: int = Field(description="Part of completionTokens.")
    estimated_cost: ExactUsd
    charged: ExactUsd
    unknown_price_calls: int = Field(description="Calls with tokens of a model without a price.")
    unknown_cost_calls: int = Field(
        description="Calls that were lost, cut off or unanswered: the vendor may bill them."
    )
    open_calls: int = Field(description="Calls in flight.")

    @classmethod
    def of(cls, found: UsageSum) -> "Usage":
        """Return a sum over calls."""
        return Usage(
            calls=found.calls,
            total_tokens=found.total_tokens,
            prompt_tokens=found.prompt_tokens,
            completion_tokens=found.completion_tokens,
            cached_tokens=found.cached_tokens,
            reasoning_tokens=found.reasoning_tokens,
            estimated_cost=exact_usd(found.cost),
            charged=exact_usd(found.charged),
            unknown_price_calls=found.unknown_price_calls,
            unknown_cost_calls=found.unknown_cost_calls,
            open_calls=found.open_calls,
        )


class OtherUsers(Usage):
    """What the users that are not in `byUser` took together."""

    users: int


class Report(Document):
    """A tenant's usage over whole UTC days, both ends included.

    Each of `byProvider`, `byModel`, `byDate`, and `byUser` with `otherUsers`, adds up to the totals, to the last digit.
    """

    start_date: date
    end_date: date
    timezone: Literal["UTC"] = TIMEZONE
    currency: Literal["USD"] = "USD"
    total_estimated_cost: ExactUsd
    total_charged: ExactUsd
    total_calls: int
    total_tokens: int
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int
    reasoning_tokens: int
    unknown_price_calls: int
    unknown_cost_calls: int
    open_calls: int
    by_provider: dict[str, Usage]
    by_model: dict[str, Usage] = Field(description="By `provider:model`.")
    by_user: dict[str, Usage] = Field(description="The users who cost most, at most `topUsersLimit` of them.")
    other_users: OtherUsers
    by_date: dict[str, Usage] = Field(description="Days without a call are left out.")

    @classmethod
    def of(cls, report: UsageReport) -> "Report":
        """Return a report as it travels."""
        total = Usage.of(report.total)
        others = Usage.of(report.other_users)
        return Report(
            start_date=report.period.first,
            end_date=report.period.last,
            total_estimated_cost=total.estimated_cost,
            total_charged=total.charged,
            total_calls=total.calls,
            **total.model_dump(
                include={"total_tokens", "prompt_tokens", "completion_tokens", "cached_tokens", "reasoning_tokens"}
                | {"unknown_price_calls", "unknown_cost_calls", "open_calls"},
                by_alias=False,
            ),
            by_provider=_shown(report.by_provider),
            by_model=_shown(report.by_model),
            by_user=_shown(report.by_user),
            other_users=OtherUsers(**dict(others), users=report.users - len(report.by_user)),
            by_date={day.isoformat(): Usage.of(found) for day, found in report.by_date.items()},
        )


def exact_usd(nano: NanoUsd) -> Decimal:
    """Return nano-USD as USD, without rounding."""
    return Decimal(nano) / NANO


def _shown(sums: dict[str, UsageSum]) -> dict[str, Usage]:
    return {name: Usage.of(found) for name, found in sums.items()}
