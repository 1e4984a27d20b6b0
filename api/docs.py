"""/docs and /openapi.json: the API described, drawn by a Swagger UI that comes with us and asks nobody else."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from http import HTTPStatus
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from api.responses import problems
from api.schemas.problem import Problem

_ASSETS: Final = "/docs/assets"
_TOO_MANY: Final = 429
_OF_A_BODY: Final = (400, 408, 413, 415)
_VALIDATION_ERRORS: Final = ("HTTPValidationError", "ValidationError")
_SCRIPT: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_DESCRIPTION: Final = """
A brief goes in, a validated page comes out; nothing is lost, and nothing is charged twice.

* All but health, metrics, these docs and published pages needs a bearer token; Authorize takes it. `pagewright token
  mint` makes one for a tenant, with the scopes it is given; each operation names those it takes. The owner's token has
  all of them and lies in `owner.token` in the data directory (`.data`).
* Every answer is `{"data": ...}`, every refusal `application/problem+json` with a stable `code`.
* Lists take `limit` and `cursor`; `nextCursor` of an answer is the next `cursor`.
* A POST that may spend or publish takes an `Idempotency-Key`: sent again, it does nothing twice. After a 503, or when
  the connection was lost, send the same request with the same key.
* Money is USD with six decimals, in usage reports with all nine; null means that no one knows.
"""


def register(app: FastAPI) -> None:
    """Serve the docs of `app`."""
    page = _page(app)
    policy = _policy(page)
    app.openapi = lambda: _described(app)
    app.mount(_ASSETS, StaticFiles(directory=_asset_folder()), name="docs-assets")

    @app.get("/docs", include_in_schema=False, response_class=HTMLResponse)
    async def docs() -> HTMLResponse:  # pyright: ignore[reportUnusedFunction]  the decorator keeps it
        return HTMLResponse(page, headers={"Content-Security-Policy": policy})


def _page(app: FastAPI) -> str:
    html = get_swagger_ui_html(
        openapi_url=app.openapi_url or "",
        title=app.title,
        swagger_js_url=f"{_ASSETS}/swagger-ui-bundle.js",
        swagger_css_url=f"{_ASSETS}/swagger-ui.css",
        swagger_favicon_url="data:,",
        swagger_ui_parameters={
            "persistAuthorization": True,
            "validatorUrl": None,
            "defaultModelsExpandDepth": 0,
            "displayRequestDuration": True,
        },
    )
    return bytes(html.body).decode()


def _policy(page: str) -> str:
    """Return the policy of the docs: our own files and the page's own script, and nothing from elsewhere."""
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in _SCRIPT.findall(page)]
    scripts = " ".join(f"'sha256-{digest}'" for digest in hashes)
    return (
        f"default-src 'none'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _asset_folder() -> Path:
    with as_file(files("fastapi_offline") / "static") as folder:
        return folder


def _described(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document, in our own words where FastAPI has others."""
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version=app.version, description=_DESCRIPTION, routes=app.routes)
        for operation in _operations(document):
            _say_problem(operation["responses"])
            _say_what_guards_refuse(operation)
            _spell_examples_out(operation["responses"])
        schemas: dict[str, Any] = document["components"]["schemas"]
        for foreign in _VALIDATION_ERRORS:
            schemas.pop(foreign, None)
        problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
        schemas |= problem.pop("$defs", {}) | {"Problem": problem}
        app.openapi_schema = document
    return app.openapi_schema


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in document["paths"].values():
        yield from item.values()


def _say_problem(responses: dict[str, Any]) -> None:
    """Describe a refused parameter as it is answered: FastAPI describes its own answer."""
    invalid = str(int(HTTPStatus.UNPROCESSABLE_ENTITY))
    if "application/json" in responses.get(invalid, {}).get("content", {}):
        responses[invalid] = problems(int(invalid))[int(invalid)]


def _say_what_guards_refuse(operation: dict[str, Any]) -> None:
    """Describe what the guards in front of every route answer: to one request too many, to a body nobody can read."""
    statuses = (_TOO_MANY, *(_OF_A_BODY if "requestBody" in operation else ()))
    refusals = {str(status): refusal for status, refusal in problems(*statuses).items()}
    operation["responses"] = dict(sorted({**refusals, **operation["responses"]}.items()))


def _spell_examples_out(responses: dict[str, Any]) -> None:
    """Turn the examples of answers from text to JSON: on its way here, FastAPI drops every null."""
    for response in responses.values():
        for media_type, content in response.get("content", {}).items():
            if media_type.endswith("json") and isinstance(content.get("example"), str):
                content["example"] = json.loads(content["example"])
