"""Changes that are made on the machine itself, past the API: who made them, and their audit records."""

import getpass
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Self

from pydantic import JsonValue
from ulid import ULID

from domain.ids import OWNER_TENANT, TenantId
from storage.audit import AuditRecordRow


@dataclass(frozen=True, slots=True)
class Operator:
    """Who runs a command, and where."""

    account: str
    host: str

    @classmethod
    def here(cls) -> Self:
        """Return the account that runs this process; a container may have none with a name."""
        try:
            account = getpass.getuser()
        except (KeyError, OSError):
            account = f"uid {os.getuid()}"
        return cls(account, platform.node() or "localhost")

    @property
    def user(self) -> str:
        """What audit records call them: no user of a tenant, so their machine is named with them."""
        return f"{self.account}@{self.host}"

    @property
    def address(self) -> str:
        """From where they act."""
        return f"command line of {self.host}"


@dataclass(frozen=True, slots=True)
class Deed:
    """One change by a command, for example `token mint`. Ids, states and figures; never a key or a token."""

    command: str
    target: str
    before: Mapping[str, JsonValue] | None = None
    after: Mapping[str, JsonValue] | None = None
    tenant: TenantId = OWNER_TENANT


def record_of(deed: Deed, by: Operator, now: datetime) -> AuditRecordRow:
    """Return the audit record of a change: its `method` says that no request made it."""
    return AuditRecordRow(
        id=f"audit_{ULID()}",
        tenant=deed.tenant,
        at=now,
        user=by.user,
        address=by.address,
        method="CLI",
        route=f"pagewright {deed.command}",
        target=deed.target,
        before=None if deed.before is None else dict(deed.before),
        after=None if deed.after is None else dict(deed.after),
        status=HTTPStatus.OK,
    )
