"""Tokens over HTTP."""

from datetime import datetime

from pydantic import Field

from domain.access import Scope
from domain.model import Document


class Identity(Document):
    """Who a token speaks for, and what it may do."""

    tenant: str
    user: str
    scopes: tuple[Scope, ...]
    """In the order of the alphabet."""
    token_id: str | None = Field(description="Of a minted token; null for the owner's.")
    expires_at: datetime | None = Field(description="Null for the owner's token, which ends when it is replaced.")
