import re
import shutil
from pathlib import Path

import pytest

from tests.programs import ROOT, Ended, run

TARGETS = {
    "help",
    "demo",
    "examples",
    "observe",
    "test",
    "test-slow",
    "test-all",
    "check",
    "format",
    "env",
    "deps",
    "temporal",
    "temporal-server",
    "secrets",
    "clean",
}

ENVIRONMENT = ROOT / "ops" / "environment.sh"
PACKAGES = ROOT / "ops" / "packages.sh"


def program(folder: Path, name: str, body: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def with_system_tools(folder: Path, *names: str) -> None:
    for name in names:
        found = shutil.which(name)
        assert found is not None
        (folder / name).symlink_to(found)


def run_script(script: Path, path: Path, folder: Path) -> Ended:
    return run("bash", script, environment={"PATH": str(path)}, folder=folder)


@pytest.fixture
def bin_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    with_system_tools(folder, "bash", "dirname")
    return folder


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A checkout as far as the environment script is concerned."""
    (tmp_path / "clone" / "ops").mkdir(parents=True)
    shutil.copy(ENVIRONMENT, tmp_path / "clone" / "ops")
    shutil.copy(ROOT / "uv.lock", tmp_path / "clone")
    return tmp_path / "clone"


def test_help_is_the_default_and_lists_every_target() -> None:
    printed = run("make", "-s")
    assert printed.returncode == 0, printed.stderr
    assert set(re.findall(r"make ([a-z-]+) ", printed.stdout)) == TARGETS
    phony = set(re.findall(r"^\.PHONY: (\S+)$", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert phony == TARGETS


def test_without_a_python_that_fits_the_package_is_named(bin_folder: Path, clone: Path) -> None:
    program(bin_folder, "python3", "exit 1")
    ended = run_script(Path("ops", "environment.sh"), bin_folder, clone)
    assert ended.returncode == 1
    assert "There is no Python 3.11 to 3.14 on PATH" in ended.stderr
    assert "python3-venv" in ended.stderr


def test_without_venv_the_debian_package_is_named(bin_folder: Path, clone: Path) -> None:
    program(bin_folder, "python3", 'case "$2" in *ensurepip*) exit 1;; *print*) echo 3.12;; esac')
    ended = run_script(Path("ops", "environment.sh"), bin_folder, clone)
    assert ended.returncode == 1
    assert "apt-get install python3.12-venv" in ended.stderr


def test_without_rights_what_to_install_is_said(bin_folder: Path, tmp_path: Path) -> None:
    ended = run_script(PACKAGES, bin_folder, tmp_path)
    assert ended.returncode == 0
    assert "apt-get install chromium fontconfig fonts-noto-core fonts-noto-cjk default-jre-headless" in ended.stderr


def test_of_all_packages_only_those_that_are_named_are_looked_for(bin_folder: Path) -> None:
    with_system_tools(bin_folder, "grep")
    ended = run("bash", PACKAGES, "prometheus-alertmanager", "jq", environment={"PATH": str(bin_folder)})
    assert ended.returncode == 0, ended.stderr
    assert "As root: apt-get install prometheus-alertmanager jq\n" in ended.stderr


def test_with_everything_there_nothing_is_said(bin_folder: Path, tmp_path: Path) -> None:
    for name in ("chromium", "fc-list", "java", "curl", "jq", "prometheus", "prometheus-alertmanager"):
        program(bin_folder, name, "exit 0")
    program(bin_folder, "apt-get", "echo must not run; exit 1")
    ended = run_script(PACKAGES, bin_folder, tmp_path)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
