"""`docs/openapi.json`: the API described for programs. Write it with `python -m api.reference`."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from pydantic import SecretStr

from api.app import create_app
from settings import Settings

REFERENCE: Final = Path(__file__).parent.parent / "docs" / "openapi.json"


def reference() -> str:
    """Return the text of `docs/openapi.json`: what `GET /openapi.json` answers, indented."""
    with TemporaryDirectory() as folder:
        document = create_app(Settings(data_dir=Path(folder), token=SecretStr("none"))).openapi()
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    REFERENCE.write_text(reference())
