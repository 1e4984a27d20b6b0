"""What `doctor` checks of an API on another machine: whether it answers, takes the token, and is of our version."""

from http import HTTPStatus
from importlib.metadata import version
from typing import Final, cast

import httpx
from pydantic import JsonValue, ValidationError

from cli.checks.finding import Finding, broken, note, ok
from cli.checks.queues import check_queues
from cli.client.answers import read
from cli.client.client import connect
from cli.client.endpoint import Endpoint, endpoint
from cli.errors import UserError
from cli.formats import clean
from domain.model import Document
from settings import Settings

_WITHIN_SECONDS: Final = 10


class Liveness(Document):
    """The API process answers."""

    version: str


class Identity(Document):
    """Whom a token speaks for."""

    tenant: str
    user: str
    scopes: tuple[str, ...] = ()


async def check_elsewhere(settings: Settings) -> list[Finding]:
    """Check the API that PAGEWRIGHT_URL names. Nothing on this machine is looked at, or made by looking."""
    try:
        to = endpoint(settings)
    except UserError as error:
        return [broken("API", error.message, error.hint)]
    found = await _check_api(to)
    return found if len(found) == 1 else [*found, *await _check_token(to)]


async def _check_api(to: Endpoint) -> list[Finding]:
    """Return one finding for an API that does not answer as one, several for one that does."""
    try:
        alive, ready = await _health(to)
    except httpx.HTTPError as error:
        return [
            broken("API", f"{to.url} does not answer: {clean(str(error))}", "Check PAGEWRIGHT_URL, and the network.")
        ]
    try:
        theirs = Liveness.model_validate(cast("JsonValue", alive.json())).version
    except (ValueError, ValidationError):
        detail = f"{to.url} is not the address of a Pagewright API (HTTP {alive.status_code})"
        return [broken("API", detail, "Set PAGEWRIGHT_URL to something like http://127.0.0.1:3000.")]
    return [_readiness(to, ready), _same_version(theirs)]


async def _health(to: Endpoint) -> tuple[httpx.Response, httpx.Response]:
    """Return whether it answers, and whether it is ready. The token is not sent: this may not be our API."""
    async with httpx.AsyncClient(trust_env=not to.is_local, timeout=_WITHIN_SECONDS) as client:
        return await client.get(f"{to.url}/api/health"), await client.get(f"{to.url}/readyz")


def _readiness(to: Endpoint, ready: httpx.Response) -> Finding:
    if ready.status_code == HTTPStatus.OK:
        return ok("API", f"{to.url} is ready")
    detail = f"{to.url} is not ready: {clean(ready.text)[:200]}"
    return broken("API", detail, "Run `pagewright doctor` where it runs.")


def _same_version(theirs: str) -> Finding:
    ours = version("pagewright")
    if theirs == ours:
        return ok("Version", ours)
    return note(
        "Version", f"{ours} here, {clean(theirs)} there", "Run the command line and the API in the same version."
    )


async def _check_token(to: Endpoint) -> list[Finding]:
    async with connect(to, lambda _wait: None) as api:
        try:
            who = read(Identity, await api.get("/auth/me"))
        except UserError as error:
            return [broken("Token", error.message, error.hint)]
        may = ", ".join(map(clean, who.scopes)) or "nothing"
        return [ok("Token", f"{clean(who.user)} of {clean(who.tenant)} may {may}"), await check_queues(api)]
