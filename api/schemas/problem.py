"""Refusals over HTTP (RFC 9457)."""

from domain.model import Document


class FieldError(Document):
    """One field of a request and what is wrong with it."""

    field: str
    """Path in the body, as `brief.contact.email`; or the name of a header, a query or a path parameter."""
    message: str


class Problem(Document):
    """Why a request was refused. `code` is stable; the texts are for people and may change."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    instance: str
    errors: tuple[FieldError, ...] = ()
