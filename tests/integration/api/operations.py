"""The operations of the OpenAPI document, as requests that can be sent."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

import httpx
from pydantic import JsonValue

from api.app import create_app
from domain.access import Scope
from settings import Settings

_PARAMETER: Final = re.compile(r"[^/]+/\{\w+\}")


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path, what it asks of a token, and a body that it takes."""

    method: str
    path: str
    security: tuple[frozenset[str], ...]
    """Scopes, of each way to be let in; none at all for a public operation."""
    body: JsonValue
    query: tuple[str, ...]
    """Its query parameters."""
    needs_query: tuple[str, ...]

    @property
    def name(self) -> str:
        """What a table or a failure calls it."""
        return f"{self.method} {self.path}"

    @property
    def ways(self) -> tuple[frozenset[Scope], ...]:
        """Sets of scopes, each of which lets a token in; none at all for a public operation."""
        return tuple(frozenset(map(Scope, scopes)) for scopes in self.security)

    @property
    def lacking(self) -> tuple[frozenset[Scope], ...]:
        """Sets of scopes without which a token is refused though it has all others: one scope of each way."""
        return tuple({frozenset(missing) for missing in product(*self.ways)}) if self.security else ()

    @property
    def parameters(self) -> tuple[str, ...]:
        """Its path parameters, each with the collection it is one of: `jobs/{job}`."""
        return tuple(_PARAMETER.findall(self.path))

    def paths(self, ids: Mapping[str, Sequence[str]]) -> Iterator[str]:
        """Yield the path for each combination of ids. Raises KeyError for a parameter that has none."""
        for values in product(*(ids[parameter] for parameter in self.parameters)):
            path = self.path
            for parameter, value in zip(self.parameters, values, strict=True):
                path = path.replace(parameter, f"{parameter.partition('/')[0]}/{value}", 1)
            yield path

    async def send(self, http: httpx.AsyncClient, path: str, token: str | None) -> httpx.Response:
        """Send it to a path, with a token or with none."""
        headers = {"Authorization": "" if token is None else f"Bearer {token}"}
        return await http.request(self.method, path, json=self.body, headers=headers)


def operations_of(settings: Settings) -> tuple[Operation, ...]:
    """Return every operation an installation's document names."""
    document = create_app(settings).openapi()
    return tuple(
        _operation(method.upper(), path, described)
        for path, item in document["paths"].items()
        for method, described in item.items()
    )


def _operation(method: str, path: str, described: dict[str, Any]) -> Operation:
    security = tuple(frozenset(scopes) for way in described.get("security", ()) for scopes in way.values())
    parameters = described.get("parameters", ())
    needed = tuple(item["name"] for item in parameters if item["in"] != "path" and item["required"])
    query = tuple(item["name"] for item in parameters if item["in"] == "query")
    return Operation(method, path, security, _body(described), query, needed)


def _body(described: dict[str, Any]) -> JsonValue:
    """Return the first example of the body, which the docs hold to its schema."""
    content = described.get("requestBody", {}).get("content", {})
    for media_type, shown in content.items():
        if media_type == "application/json" and "examples" in shown:
            return next(iter(shown["examples"].values()))["value"]
    return None
