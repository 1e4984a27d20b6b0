"""The image's build, as far as it goes without a container engine: its commands, on what it copies and nothing else."""

import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.programs import ROOT, Ended, run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

BUILD: Final = (ROOT / "Dockerfile").read_text().partition("\nFROM ")[2].partition("\nFROM ")[0]
_BUILD_SECONDS: Final = 500
_NETWORK: Final = ("UV_", "SSL_", "HTTP_", "HTTPS_", "http_", "https_", "no_proxy", "NO_PROXY")
"""How variables begin that say how this machine reaches the packages."""


def steps() -> Iterator[tuple[str, list[str]]]:
    """Yield the words of each step of the first stage, after the one that installs uv."""
    for line in re.findall(r"^(?:COPY|RUN) .+$", BUILD, re.MULTILINE):
        kind, *words = line.split()
        if words[0] != "pip":
            yield kind, words


def copy(sources: list[str], target: Path) -> None:
    """Do what COPY does: a folder's content goes to the target, files go into it."""
    for pattern in sources:
        for source in ROOT.glob(pattern):
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
            else:
                target.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, target)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the image has in /app."""
    folder = tmp_path_factory.mktemp("image") / "app"
    folder.mkdir()
    # Its own variables, but for the one that keeps uv from its cache, which would load everything anew each time.
    environment = {
        "PATH": f"{ROOT}/.venv/bin:/usr/bin:/bin",
        "HOME": os.environ["HOME"],
        "UV_PYTHON": f"{sys.version_info.major}.{sys.version_info.minor}",
        "UV_PYTHON_DOWNLOADS": "never",
    } | {name: value for name, value in os.environ.items() if name.startswith(_NETWORK)}
    for kind, words in steps():
        if kind == "COPY":
            *sources, target = words
            copy(sources, folder / target)
            continue
        done = run("bash", "-c", " ".join(words), environment=environment, folder=folder, seconds=_BUILD_SECONDS)
        assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}"
    return folder


def in_image(image: Path, *command: str) -> Ended:
    return run(*command, environment={"PATH": f"{image}/.venv/bin:/usr/bin:/bin"}, folder=image)


def test_it_has_what_runs_and_nothing_that_only_checks_it(image: Path) -> None:
    listed = in_image(
        image, "python", "-c", "import importlib.metadata as m; print(*(d.name for d in m.distributions()))"
    )
    installed = {name.lower() for name in listed.stdout.split()}
    assert {"temporalio", "fastapi", "asyncpg"} <= installed
    assert not installed & {"pytest", "ruff", "pyright", "uv", "hypothesis"}


def test_its_commands_start_without_the_groups_for_development(image: Path) -> None:
    for verb in ("api", "worker", "db"):
        ended = in_image(image, "pagewright", verb, "--help")
        assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("module", ["worker", "api.server", "embedded.compose", "embedded.alertmanager"])
def test_a_module_that_a_container_starts_is_there_with_all_it_needs(module: str, image: Path) -> None:
    where = in_image(image, "python", "-c", f"import {module} as it; print(it.__file__)")
    assert where.returncode == 0, where.stderr
    assert Path(where.stdout.strip()).is_relative_to(image)


def test_it_has_the_files_that_are_read_when_it_runs(image: Path, tmp_path: Path) -> None:
    database = f"sqlite+aiosqlite:///{tmp_path / 'pagewright.db'}"
    environment = {"PATH": f"{image}/.venv/bin:/usr/bin:/bin", "PAGEWRIGHT_DATABASE_URL": database}
    upgraded = run("pagewright", "db", "upgrade", environment=environment, folder=image)
    assert upgraded.returncode == 0, upgraded.stderr
    targets = [f"{job}=h:1" for job in ("api", "worker", "temporal", "prometheus", "alertmanager")]
    assert in_image(image, "python", "-m", "embedded.compose", str(tmp_path / "p"), *targets).returncode == 0
    assert in_image(image, "python", "-m", "embedded.alertmanager", str(tmp_path / "a")).returncode == 0
