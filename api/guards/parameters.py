"""The parameters of an address: one that a route does not have is refused, as a misspelt filter means more things."""

from difflib import get_close_matches
from typing import Final

from fastapi import Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query
from fastapi.routing import APIRoute

from api.problem import unprocessable
from api.schemas.problem import FieldError

VISITED: Final = "/p/"
"""Published pages: those who link to them add parameters of their own, which are nobody's filter."""


async def refuse_unknown(request: Request) -> None:
    """Refuse a request with a query parameter that its route does not have. A dependency of every route."""
    route = request.scope.get("route")
    if not isinstance(route, APIRoute) or route.path.startswith(VISITED):
        return
    known = sorted(field.alias for field in get_flat_params(route.dependant) if isinstance(field.field_info, Query))
    unknown = [name for name in dict.fromkeys(request.query_params.keys()) if name not in known]
    if unknown:
        raise unprocessable(
            "unknown_parameter", [FieldError(field=name, message=_advice(name, known)) for name in unknown]
        )


def _advice(name: str, known: list[str]) -> str:
    if not known:
        return "there is no such parameter, and no other one here"
    spelt = {one.lower(): one for one in known}
    near = get_close_matches(name.lower().replace("_", "").replace("-", ""), spelt, n=1)
    hint = f"is {spelt[near[0]]} meant?" if near else f"there are {', '.join(known)}"
    return f"there is no such parameter; {hint}"
