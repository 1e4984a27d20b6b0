"""Idempotency-Key: the same key and body get the first answer again, and what they make is made once.

https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import Depends, Header, Request
from fastapi.responses import Response
from pydantic import JsonValue, TypeAdapter

from api.guards.auth import Caller, CallerDep
from api.problem import MEDIA_TYPE, ProblemError, conflict
from api.services import Services, ServicesDep
from domain.model import Document
from storage.idempotency import IdempotencyKeyRow, KeyTakenError
from storage.unit_of_work import UnitOfWork

KEPT_FOR: Final = timedelta(hours=24)
LOCKED_FOR: Final = timedelta(seconds=30)
"""A request in flight for longer is taken for dead."""
REPLAYED: Final = "Idempotency-Replayed"

_KEY_HEADER = Header(
    alias="Idempotency-Key",
    min_length=1,
    max_length=255,
    pattern=r"^[\x21-\x7e]+$",
    description="The same key with the same body does it once and gets the first answer again, for 24 hours.",
)
KeyHeader = Annotated[str | None, _KEY_HEADER]
_NOT_KEPT: Final = frozenset({HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.TOO_MANY_REQUESTS})
_JSON: Final[TypeAdapter[JsonValue]] = TypeAdapter(JsonValue)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a request makes or changes; `again` when an earlier request with the same key may have done it already."""

    id: str
    again: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request is answered with."""

    status: HTTPStatus
    body: Document
    location: str | None = None


class Once:
    """Does what a request asks for once for each of its keys; without a key, once for each request."""

    def __init__(self, services: Services, caller: Caller, route: str, body_hash: str, key: str | None) -> None:
        """Keep answers under the tenant, the route with its ids, and the key."""
        self._services = services
        self._caller = caller
        self._route = route
        self._body_hash = body_hash
        self.key = key

    async def answer(
        self, new_subject: Callable[[], Awaitable[str]], act: Callable[[Subject], Awaitable[Answer]]
    ) -> Response:
        """Return the kept answer of this key, or act and keep the answer.

        `new_subject` names what a first request makes. Raises ProblemError 409 for a key that is in flight or came
        with another body. Refusals of a body (422) and answers that may change (5xx, 429) are not kept; after the
        latter the key still stands for its subject.
        """
        if self.key is None:
            return _response(await act(Subject(await new_subject(), again=False)))
        claim = await self._claim(self.key, new_subject)
        if isinstance(claim, Response):
            return claim
        return await self._acted(self.key, claim, act)

    async def _acted(self, key: str, subject: Subject, act: Callable[[Subject], Awaitable[Answer]]) -> Response:
        try:
            response = _response(await act(subject))
        except ProblemError as problem:
            if problem.status in _NOT_KEPT or problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                made_nothing = problem.status == HTTPStatus.UNPROCESSABLE_ENTITY and not subject.again
                await self._change(key, _forget if made_nothing else _unlock)
                raise
            response = problem.response(self._route.partition(" ")[2])
        except Exception:
            await self._change(key, _unlock)
            raise
        await self._change(key, lambda uow, row: _keep(uow, row, response))
        return response

    async def _claim(self, key: str, new_subject: Callable[[], Awaitable[str]]) -> Subject | Response:
        found = await self._look(key)
        if found is not None:
            return found
        subject = await new_subject()
        try:
            async with self._services.database.write() as uow:
                await uow.idempotency.insert(self._new_row(key, subject))
        except KeyTakenError:
            # Another request with this key came in between.
            found = await self._look(key)
            if found is None:
                raise
            return found
        return Subject(subject, again=False)

    async def _look(self, key: str) -> Subject | Response | None:
        """Return the kept answer, or the subject of a request that died; None for a new key."""
        now = self._services.clock()
        async with self._services.database.write() as uow:
            row = await uow.idempotency.get(self._caller.tenant, self._route, key)
            if row is None:
                return None
            if row.created_at < now - KEPT_FOR:
                await uow.idempotency.remove(row)
                return None
            if row.body_hash != self._body_hash:
                detail = f"the key {key} came with another body before; take a new key for a new request"
                raise conflict("idempotency_key_reused", detail)
            if row.status_code is not None:
                return _replayed(row)
            if row.locked_until is not None and row.locked_until > now:
                raise _in_flight(key)
            row.locked_until = now + LOCKED_FOR
            return Subject(row.subject, again=True)

    def _new_row(self, key: str, subject: str) -> IdempotencyKeyRow:
        now = self._services.clock()
        return IdempotencyKeyRow(
            tenant=self._caller.tenant,
            route=self._route,
            key=key,
            body_hash=self._body_hash,
            subject=subject,
            locked_until=now + LOCKED_FOR,
            created_at=now,
        )

    async def _change(self, key: str, change: Callable[[UnitOfWork, IdempotencyKeyRow], Awaitable[None]]) -> None:
        async with self._services.database.write() as uow:
            row = await uow.idempotency.get(self._caller.tenant, self._route, key)
            if row is not None:
                await change(uow, row)


async def _once(
    request: Request,
    services: ServicesDep,
    caller: CallerDep,
    key: KeyHeader = None,
) -> Once:
    return Once(services, caller, f"{request.method} {request.url.path}", _hash(await request.body()), key)


OnceDep = Annotated[Once, Depends(_once)]


def _hash(body: bytes) -> str:
    """Return the same hash for bodies that say the same, however their JSON is spelled."""
    try:
        said = json.dumps(json.loads(body), sort_keys=True, separators=(",", ":")).encode() if body else b""
    except RecursionError:  # nested so deeply that no request means it
        said = body
    return hashlib.sha256(said).hexdigest()


async def _forget(uow: UnitOfWork, row: IdempotencyKeyRow) -> None:
    await uow.idempotency.remove(row)


async def _unlock(_uow: UnitOfWork, row: IdempotencyKeyRow) -> None:
    row.locked_until = None


async def _keep(_uow: UnitOfWork, row: IdempotencyKeyRow, response: Response) -> None:
    row.status_code, row.locked_until = response.status_code, None
    row.headers = {"Location": response.headers["Location"]} if "Location" in response.headers else {}
    row.body = _JSON.validate_json(bytes(response.body))


def _replayed(row: IdempotencyKeyRow) -> Response:
    status = row.status_code or HTTPStatus.OK
    media_type = MEDIA_TYPE if status >= HTTPStatus.BAD_REQUEST else "application/json"
    return Response(_JSON.dump_json(row.body), status, headers=row.headers | {REPLAYED: "true"}, media_type=media_type)


def _in_flight(key: str) -> ProblemError:
    detail = f"a request with the key {key} is in flight; ask again for its answer"
    return ProblemError(HTTPStatus.CONFLICT, "idempotency_key_in_flight", detail, headers={"Retry-After": "1"})


def _response(answer: Answer) -> Response:
    headers = {} if answer.location is None else {"Location": answer.location}
    return Response(answer.body.model_dump_json(), answer.status, headers=headers, media_type="application/json")
