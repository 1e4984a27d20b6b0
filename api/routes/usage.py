"""/api/ai/usage: what a tenant's calls took, as JSON or CSV."""

import re
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BeforeValidator, WithJsonSchema

from api.actions import usage_csv
from api.examples import usage as examples
from api.guards.auth import CallerDep, needs
from api.problem import invalid_field
from api.responses import Responses, answered, problems
from api.schemas.envelope import Data
from api.schemas.usage import Report, UsageFormat
from api.services import ServicesDep
from domain.access import Scope
from domain.ids import TenantId
from domain.usage import Period
from storage.database import Database

router = APIRouter(prefix="/api/ai/usage", tags=["usage"])

LONGEST_DAYS: Final = 366
_FIRST_YEAR: Final = 2000
_LAST_YEAR: Final = 2999
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def _calendar_day(text: object) -> object:
    """Let only `2026-03-02` be a day: pydantic takes seconds since 1970 too."""
    if not isinstance(text, str) or not _DATE.fullmatch(text) or not _FIRST_YEAR <= int(text[:4]) <= _LAST_YEAR:
        message = f"a day is written as 2026-03-02, from the year {_FIRST_YEAR} to {_LAST_YEAR}"
        raise ValueError(message)
    return text


Day = Annotated[
    date,
    BeforeValidator(_calendar_day),
    WithJsonSchema({"type": "string", "format": "date", "pattern": "^2[0-9]{3}-[0-9]{2}-[0-9]{2}$"}),
]
Format = Annotated[UsageFormat, Query(alias="format", description="CSV has every user, a line a day, model and user.")]
TopUsers = Annotated[
    int, Query(alias="topUsersLimit", ge=1, le=10_000, description="Users told apart in JSON, those who cost most.")
]


@dataclass(frozen=True, slots=True)
class Writer:
    """What writes a report for who asks, in the way they ask for."""

    database: Database
    tenant: TenantId
    today: date
    written_as: UsageFormat
    top_users: int

    async def answer(self, period: Period) -> Response:
        """Return the report on a period."""
        if self.written_as is UsageFormat.CSV:
            return await self._csv(period)
        async with self.database.read() as uow:
            found = await uow.usage.report(self.tenant, period, self.top_users)
        return Response(Data(data=Report.of(found)).model_dump_json(), media_type="application/json")

    async def _csv(self, period: Period) -> Response:
        """Return the file whole or a refusal: one that breaks off half-way would add up to less and not say so."""
        async with self.database.read() as uow:
            pieces = [piece async for piece in usage_csv.written(uow.usage.lines(self.tenant, period))]
        disposition = f'attachment; filename="{usage_csv.file_name(period)}"'
        return Response("".join(pieces), media_type=usage_csv.MEDIA_TYPE, headers={"Content-Disposition": disposition})


def _writer(
    services: ServicesDep, caller: CallerDep, written_as: Format = UsageFormat.JSON, top_users: TopUsers = 100
) -> Writer:
    return Writer(services.database, caller.tenant, services.clock().date(), written_as, top_users)


WriterDep = Annotated[Writer, Depends(_writer)]

ANSWERS: Final[Responses] = {
    **answered(HTTPStatus.OK, examples.USAGE),
    **problems(401, 403, 422),
}
ANSWERS[200]["content"]["text/csv"] = {"schema": {"type": "string"}, "example": examples.USAGE_CSV}


@router.get(
    "/report",
    dependencies=[needs(Scope.USAGE_READ)],
    response_model=Data[Report],
    summary="Report usage",
    responses=ANSWERS,
)
async def get_usage_report(
    writer: WriterDep,
    start: Annotated[
        Day | None, Query(alias="startDate", description="First UTC day; without it, the first of endDate's month.")
    ] = None,
    end: Annotated[Day | None, Query(alias="endDate", description="Last UTC day; without it, today.")] = None,
) -> Response:
    """Return what calls took over whole UTC days, both ends included; a call counts on the day it was started."""
    last = end or writer.today
    period = Period(start or last.replace(day=1), last)
    _refuse(period)
    return await writer.answer(period)


@router.get(
    "/current-month",
    dependencies=[needs(Scope.USAGE_READ)],
    response_model=Data[Report],
    summary="Report this month's usage",
    responses=ANSWERS,
)
async def get_current_month_usage(writer: WriterDep) -> Response:
    """Return what calls took this month (UTC) up to now."""
    return await writer.answer(Period.of_month(writer.today))


@router.get(
    "/last-n-days",
    dependencies=[needs(Scope.USAGE_READ)],
    response_model=Data[Report],
    summary="Report the last days' usage",
    responses=ANSWERS,
)
async def get_last_days_usage(
    writer: WriterDep,
    days: Annotated[int, Query(ge=1, le=LONGEST_DAYS, description="UTC days; today is one of them.")] = 7,
) -> Response:
    """Return what calls took on the last UTC days, today included."""
    return await writer.answer(Period.of_last_days(writer.today, days))


def _refuse(period: Period) -> None:
    """Refuse a period that ends before it begins, or is longer than is added up in one request."""
    if period.last < period.first:
        raise invalid_field("endDate", f"the end, {period.last}, is before the start, {period.first}")
    if period.days > LONGEST_DAYS:
        raise invalid_field("startDate", f"a report covers at most {LONGEST_DAYS} days; this one has {period.days}")
