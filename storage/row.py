"""The base class of every table."""

import re

from sqlalchemy.orm import declared_attr
from sqlmodel import SQLModel


class Row(SQLModel):
    """A row of a table named after its class: `PageVersionRow` lies in `page_versions`."""

    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805  # pyright: ignore[reportIncompatibleVariableOverride]  SQLAlchemy's way
        """Return the table's name."""
        noun = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__.removesuffix("Row")).lower()
        return f"{noun}es" if noun.endswith("ch") else f"{noun}s"
