"""A database of another version is refused by every process, in one message that says what to do."""

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests import programs
from tests.programs import Ended


def pagewright(data_dir: Path, *arguments: str) -> Ended:
    return programs.pagewright(*arguments, environment=os.environ | {"PAGEWRIGHT_DATA_DIR": str(data_dir)})


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """Return a data directory whose database a newer version wrote."""
    assert pagewright(tmp_path, "db", "upgrade").returncode == 0
    with closing(sqlite3.connect(tmp_path / "pagewright.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    return tmp_path


@pytest.mark.parametrize("verb", ["api", "worker", "db upgrade", "db check"])
def test_a_newer_database_is_refused(newer: Path, verb: str) -> None:
    ended = pagewright(newer, *verb.split())
    assert ended.returncode == 1
    assert "newer" in ended.stderr
    assert "PAGEWRIGHT_DATA_DIR" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_doctor_says_how_to_mend_a_newer_database(newer: Path) -> None:
    ended = pagewright(newer, "doctor", "--json")
    assert ended.returncode == 1
    [database] = [part for part in json.loads(ended.stdout)["findings"] if part["part"] == "Database"]
    assert "PAGEWRIGHT_DATA_DIR" in database["remedy"]


@pytest.mark.parametrize("verb", ["api", "worker"])
def test_a_database_without_tables_names_the_command_that_makes_them(tmp_path: Path, verb: str) -> None:
    ended = pagewright(tmp_path, verb)
    assert ended.returncode == 1
    assert "pagewright db upgrade" in ended.stderr
