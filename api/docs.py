"""/docs and /openapi.json: the API described, drawn by a Swagger UI that comes with us and asks nobody else."""

import base64
import hashlib
import re
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from api.openapi import document_of

_ASSETS: Final = "/docs/assets"
_SCRIPT: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def register(app: FastAPI) -> None:
    """Serve the docs of `app`."""
    page = _page(app)
    policy = _policy(page)
    app.openapi = lambda: document_of(app)
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
