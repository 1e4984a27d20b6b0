"""What import-linter cannot see: the modules that stand beside the packages."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = {path.parent.name for path in ROOT.glob("*/__init__.py")} | {path.stem for path in ROOT.glob("*.py")}

MAY_IMPORT = {
    "settings": {"domain"},
    "logs": set[str](),
    "otlp": set[str](),
    "telemetry": {"domain"},
    "tracing": {"activities", "otlp", "providers"},
    "exporter": set[str](),
    "worker": {
        "exporter",
        "activities",
        "domain",
        "logs",
        "providers",
        "settings",
        "storage",
        "telemetry",
        "tracing",
        "workflows",
    },
}


def imported_by(module: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return {name.partition(".")[0] for name in names}


def test_every_module_beside_the_packages_has_a_rule() -> None:
    assert {path.stem for path in ROOT.glob("*.py")} <= MAY_IMPORT.keys()


@pytest.mark.parametrize("module", sorted(path.stem for path in ROOT.glob("*.py")))
def test_a_module_beside_the_packages_imports_only_what_lies_below(module: str) -> None:
    assert imported_by(ROOT / f"{module}.py") & OURS <= MAY_IMPORT[module]
