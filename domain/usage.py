"""Usage: what a tenant's calls took in a period, as sums that can be added up again."""

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Self

from domain.money import NanoUsd

_NOTHING: Final = NanoUsd(0)


@dataclass(frozen=True, slots=True)
class UsageSum:
    """What some calls took together. Money is in nano-USD, so that adding loses nothing.

    `cost` is the sum of what is known. A call whose cost is not known is in one of three counts: its tokens were
    counted and its model has no price; nobody told what it took, and the vendor may bill it; it has not ended yet.
    """

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    """Part of `prompt_tokens`."""
    reasoning_tokens: int = 0
    """Part of `completion_tokens`."""
    cost: NanoUsd = _NOTHING
    charged: NanoUsd = _NOTHING
    unknown_price_calls: int = 0
    unknown_cost_calls: int = 0
    open_calls: int = 0

    @property
    def total_tokens(self) -> int:
        """Tokens of prompts and completions."""
        return self.prompt_tokens + self.completion_tokens

    def __add__(self, other: Self) -> Self:
        """Return both together."""
        return type(self)(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))

    def __sub__(self, part: Self) -> Self:
        """Return what is left without a part."""
        return type(self)(*(getattr(self, field.name) - getattr(part, field.name) for field in fields(self)))


@dataclass(frozen=True, slots=True)
class Period:
    """Whole UTC days, the first and the last included."""

    first: date
    last: date

    @classmethod
    def of_month(cls, today: date) -> Self:
        """Return the month of `today` as far as it has come."""
        return cls(today.replace(day=1), today)

    @classmethod
    def of_last_days(cls, today: date, days: int) -> Self:
        """Return the last `days` days; `today` is one of them."""
        return cls(today - timedelta(days=days - 1), today)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def begin(self) -> datetime:
        """The first instant of it."""
        return datetime.combine(self.first, time(), UTC)

    @property
    def end(self) -> datetime:
        """The first instant after it."""
        return datetime.combine(self.last, time(), UTC) + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class UsageReport:
    """A tenant's usage in a period, the same calls told four ways: each of them adds up to `total`."""

    period: Period
    total: UsageSum
    by_provider: dict[str, UsageSum]
    by_model: dict[str, UsageSum]
    """By `provider:model`."""
    by_user: dict[str, UsageSum]
    """The users who cost most."""
    by_date: dict[date, UsageSum]
    """Days without a call are left out."""
    users: int
    """How many users made calls, those who are not in `by_user` too."""

    @property
    def other_users(self) -> UsageSum:
        """What the users who are not in `by_user` took."""
        return self.total - sum(self.by_user.values(), UsageSum())


@dataclass(frozen=True, slots=True)
class UsageLine:
    """What one user took of one model on one UTC day."""

    day: date
    provider: str
    model: str
    """Without the provider."""
    user: str
    sum: UsageSum
