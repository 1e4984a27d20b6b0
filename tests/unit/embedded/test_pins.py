"""What is written down in two places says the same in both."""

import re

import pytest

from embedded.binary import CLI_VERSION
from embedded.build import MODULE
from embedded.production import SERVER_VERSION

pytestmark = pytest.mark.generated


def test_the_go_module_builds_the_version_that_is_downloaded() -> None:
    module = (MODULE / "go.mod").read_text()
    module = (MODULE / "go.mod").read_text()
    pinned = re.search(r"^\s*(?:require )?github\.com/temporalio/cli v(\S+)", module, re.MULTILINE)
    assert pinned is not None
    assert pinned[1] == CLI_VERSION


def test_the_go_module_builds_the_server_that_runs_in_containers() -> None:
    pinned = re.search(r"go\.temporal\.io/server v(\S+)", (MODULE / "go.mod").read_text())
    assert pinned is not None
    assert pinned[1] == SERVER_VERSION
