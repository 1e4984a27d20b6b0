"""The audit trail: every change that a caller's request made is written down, whichever route made it.

No route has to remember it: `AuditTrail` stands in front of all of them. A route adds what changed with
`audit_change`, and one that makes its change in a single transaction writes the record in that very one with
`audit_within`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, cast

import structlog
from fastapi import Request
from prometheus_client import Counter
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from ulid import ULID

from api.auth import Caller, caller_in
from api.idempotency import REPLAYED
from api.security import SAFE_METHODS
from api.services import Services
from storage.audit import AuditRecordRow, Details
from storage.unit_of_work import UnitOfWork

_STATE: Final = "audit"

log = structlog.get_logger()


@dataclass(slots=True)
class _Change:
    """What a route told of the change its request makes."""

    before: Details | None = None
    after: Details | None = None
    target: str | None = None
    is_recorded: bool = False


def audit_change(
    request: Request, *, before: Details | None = None, after: Details | None = None, target: str | None = None
) -> None:
    """Add to a request's audit record what it changed: the fields that differ, as they were and as they are.

    Ids, states, figures and operators' reasons; never a brief's words, a key or a token. `target` names what was
    changed where neither the path nor the answer's Location does. Called again, it replaces what is given anew.
    """
    change = _change_in(request.scope)
    change.before = change.before if before is None else before
    change.after = change.after if after is None else after
    change.target = change.target if target is None else target


def audit_within(request: Request, uow: UnitOfWork, caller: Caller, status: HTTPStatus = HTTPStatus.OK) -> None:
    """Write a request's audit record in the transaction that makes its change: there is neither without the other.

    `status` is what the request will be answered with. Tell what changes with `audit_change` before.
    """
    change = _change_in(request.scope)
    services = cast("Services", request.app.state.services)
    uow.audit.add(_record(request.scope, services, caller, status, location=None))
    change.is_recorded = True


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
        caller = None if scope["type"] != "http" or scope["method"] in SAFE_METHODS else caller_in(scope)
        if caller is None:
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})[_STATE] = change = _Change()

        async def send_recorded(message: Message) -> None:
            if message["type"] == "http.response.start" and _has_changed(message) and not change.is_recorded:
                await self._record(scope, caller, message)
            await send(message)

        await self._app(scope, receive, send_recorded)

    async def _record(self, scope: Scope, caller: Caller, answer: Message) -> None:
        services = cast("Services", scope["app"].state.services)
        location = Headers(raw=answer["headers"]).get("location")
        row = _record(scope, services, caller, answer["status"], location)
        try:
            async with services.database.write() as uow:
                uow.audit.add(row)
        except Exception as error:  # noqa: BLE001  whatever it is: the change is made, and its answer must go out
            self._lost.inc()
            log.error("audit record lost", record=row.model_dump(mode="json"), reason=str(error)[:300])  # noqa: TRY400  parameters stay out of logs


def _has_changed(answer: Message) -> bool:
    return answer["status"] < HTTPStatus.BAD_REQUEST and REPLAYED.lower().encode() not in dict(answer["headers"])


def _record(scope: Scope, services: Services, caller: Caller, status: int, location: str | None) -> AuditRecordRow:
    change = _change_in(scope)
    targets = {name: str(value) for name, value in cast("Mapping[str, object]", scope["path_params"]).items()}
    named = change.target or next(iter(targets.values()), None)
    client = cast("tuple[str, int] | None", scope.get("client"))
    return AuditRecordRow(
        id=f"audit_{ULID()}",
        tenant=caller.tenant,
        at=services.clock(),
        user=caller.user,
        token_id=caller.token_id,
        address=None if client is None else client[0],
        method=scope["method"],
        route=scope["route"].path,
        target=named or (location or "").rpartition("/")[2] or None,
        targets=targets,
        before=None if change.before is None else dict(change.before),
        after=None if change.after is None else dict(change.after),
        status=int(status),
    )


def _change_in(scope: Scope) -> _Change:
    state: dict[str, object] = scope.setdefault("state", {})
    return cast("_Change", state.setdefault(_STATE, _Change()))
