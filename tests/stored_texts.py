"""Where a database holds a word: to show that something never reached it, or left it."""

from sqlalchemy import Text, cast, select
from sqlmodel import SQLModel

from storage.database import Database


async def columns_with(database: Database, word: str) -> list[str]:
    """Return `table.column` of every column that holds `word`, once for each row."""
    found: list[str] = []
    async with database.engine.connect() as connection:
        for table in SQLModel.metadata.sorted_tables:
            for column in table.columns:
                texts = (await connection.execute(select(cast(column, Text)))).scalars().all()
                found += [f"{table.name}.{column.name}" for text in texts if word in (text or "")]
    return found
