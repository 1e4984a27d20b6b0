"""Our Compose file as Compose itself reads it: by its own parser, which holds it to the Compose schema."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tests.programs import ROOT, Ended, run

COMPOSE_FILE: Final = ROOT / "docker-compose.temporal.yml"
SECRETS_SCRIPT: Final = ROOT / "ops" / "compose" / "secrets.sh"

_PARSER: Final = ROOT / "ops" / "compose" / "parser"
_BUILD_SECONDS: Final = 300

Project = dict[str, Any]
Service = dict[str, Any]


def build_parser(folder: Path) -> Path:
    """Build Compose's parser in `folder`; Go keeps what it compiled, so that only the first time takes some seconds."""
    program = folder / "compose-parser"
    environment = {**os.environ, "CGO_ENABLED": "0"}
    built = run(
        *("go", "build", "-trimpath", "-o", program, "."),
        environment=environment,
        folder=_PARSER,
        seconds=_BUILD_SECONDS,
    )
    assert built.returncode == 0, built.stderr
    return program


def parse(parser: Path, *files: Path, environment: Mapping[str, str] | None = None) -> Ended:
    """Parse files, of which later ones override earlier ones. `environment` is what they are interpolated from."""
    return run(parser, *(files or (COMPOSE_FILE,)), environment={"HOME": "/nonexistent", **(environment or {})})


def project(parser: Path, *files: Path, environment: Mapping[str, str] | None = None) -> Project:
    """Return the project that files describe; fail when Compose would not take them."""
    ended = parse(parser, *files, environment=environment)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)
