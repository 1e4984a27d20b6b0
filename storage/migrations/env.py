"""Alembic's entry: runs the migrations on the connection `storage.schema` hands over."""

from typing import Literal

from alembic import context
from sqlalchemy import Enum
from sqlmodel import AutoString, SQLModel

import storage.unit_of_work  # noqa: F401  # pyright: ignore[reportUnusedImport]  brings every table into the metadata
from storage.columns import Json, UtcDateTime


def _plain(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write our column types as plain ones: a migration must not change when the code does."""
    if kind != "type":
        return False
    if isinstance(item, AutoString | Enum):
        return "sa.String()"
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return "sa.JSON()" if isinstance(item, Json) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    compare_type=True,
    render_item=_plain,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
