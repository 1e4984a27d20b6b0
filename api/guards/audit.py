"""The audit trail: every change that a caller's request made is written down, whichever route made it.

No route has to remember it: `AuditTrail` stands in front of all of them. A route says what changed with `Audit.change`,
and one that makes its change in a single transaction writes the record in that very one with `Audit.record_within`.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Final, cast

import structlog
from fastapi import Depends, Request
from prometheus_client import Counter
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from ulid import ULID

from api.guards.auth import caller_in
from api.guards.idempotency import REPLAYED
from api.guards.security import SAFE_METHODS
from api.services import services_in
from storage.audit import AuditRecordRow, Details
from storage.database import Database
from storage.unit_of_work import UnitOfWork

_STATE: Final = "audit"

log = structlog.get_logger()


class Audit:
    """What a request's record will say of the change it makes."""

    def __init__(self, scope: Scope) -> None:
        """Audit the request of an ASGI scope."""
        self._scope = scope
        self.is_recorded = False
        self._before: Details | None = None
        self._after: Details | None = None
        self._target: str | None = None

    def change(self, *, before: Details | None = None, after: Details | None = None, target: str | None = None) -> None:
        """Say what the request changes: the fields that differ, as they were and as they are.

        Ids, states, figures and operators' reasons; never a brief's words, a key or a token. `target` names what was
        changed where neither the path nor the answer's Location does. Called again, it replaces what is given anew.
        """
        self._before = self._before if before is None else before
        self._after = self._after if after is None else after
        self._target = self._target if target is None else target

    def change_within(self, uow: UnitOfWork, before: Details, after: Details, status: int = HTTPStatus.OK) -> None:
        """Say what changes, and record it in the transaction that changes it, as `record_within` does.

        For what stands though the request may yet be refused: its workflow does not answer, say, and will be told
        later. A request sent again after that changes nothing, and is recorded when it is answered.
        """
        self.change(before=before, after=after)
        if before != after:
            self.record_within(uow, status)

    def nothing_changes(self) -> None:
        """Say that the request only asks something, though it is a POST: it leaves no record."""
        self.is_recorded = True

    def record_within(self, uow: UnitOfWork, status: int = HTTPStatus.OK) -> None:
        """Write the record in the transaction that makes the change: there is neither without the other.

        `status` is what the request will be answered with. Say what changes before.
        """
        uow.audit.add(self.row(status))
        self.is_recorded = True

    def row(self, status: int, location: str | None = None) -> AuditRecordRow:
        """Return the record of a request that is answered with `status`, and perhaps a Location."""
        scope = self._scope
        caller = caller_in(scope)
        if caller is None:
            message = "a request of nobody leaves no record: its path is public"
            raise LookupError(message)
        targets = {name: str(value) for name, value in cast("Mapping[str, object]", scope["path_params"]).items()}
        client = cast("tuple[str, int] | None", scope.get("client"))
        return AuditRecordRow(
            id=f"audit_{ULID()}",
            tenant=caller.tenant,
            at=services_in(scope).clock(),
            user=caller.user,
            token_id=caller.token_id,
            address=None if client is None else client[0],
            method=scope["method"],
            route=scope["route"].path,
            target=self._target or next(iter(targets.values()), None) or (location or "").rpartition("/")[2] or None,
            targets=targets,
            before=None if self._before is None else dict(self._before),
            after=None if self._after is None else dict(self._after),
            status=int(status),
        )


def audit_change(
    request: Request, *, before: Details | None = None, after: Details | None = None, target: str | None = None
) -> None:
    """Say what a request changes, as `Audit.change` takes it."""
    _audit_of(request).change(before=before, after=after, target=target)


class AuditTrail:
    """Records each request of a caller that may have changed something, before its answer goes out.

    Refused requests and replayed answers changed nothing and are not recorded. When the record cannot be written the
    change has been made all the same: its answer goes out, and the record goes to the log as an error and is counted.
    """

    def __init__(self, app: ASGIApp, lost: Counter) -> None:
        """Record the requests to `app`; count in `lost` those that could not be."""
        self._app = app
        self._lost = lost

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and record it."""
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS or caller_in(scope) is None:
            await self._app(scope, receive, send)
            return
        scope["state"][_STATE] = audit = Audit(scope)

        async def send_recorded(message: Message) -> None:
            if message["type"] == "http.response.start" and _has_changed(message) and not audit.is_recorded:
                location = Headers(raw=message["headers"]).get("location")
                await self._record(services_in(scope).database, audit.row(message["status"], location))
            await send(message)

        await self._app(scope, receive, send_recorded)

    async def _record(self, database: Database, row: AuditRecordRow) -> None:
        try:
            async with database.write() as uow:
                uow.audit.add(row)
        except Exception as error:  # noqa: BLE001  whatever it is: the change is made, and its answer must go out
            self._lost.inc()
            lost = row.model_dump(mode="json")
            log.error("audit record lost", record=lost, reason=str(error)[:300])  # noqa: TRY400  the reason is enough


def _has_changed(answer: Message) -> bool:
    return answer["status"] < HTTPStatus.BAD_REQUEST and REPLAYED.lower().encode() not in dict(answer["headers"])


def _audit_of(request: Request) -> Audit:
    return cast("Audit", getattr(request.state, _STATE))


AuditDep = Annotated[Audit, Depends(_audit_of)]
