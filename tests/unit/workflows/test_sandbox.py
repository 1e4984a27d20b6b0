"""The sandbox imports every module that is not passed through again in every workflow run: ours must all be."""

import ast
from pathlib import Path

import pytest

import workflows
from worker import PASSED_THROUGH

ROOT = Path(workflows.__file__).parent
OURS = {path.name.removesuffix(".py") for path in ROOT.parent.iterdir() if (path / "__init__.py").exists()} | {
    path.stem for path in ROOT.parent.glob("*.py")
}
OUTSIDE = {"__init__", "client", "encryption", "key_file", "queues", "schedules", "start"}
SANDBOXED = [path for path in ROOT.glob("*.py") if path.stem not in OUTSIDE]
"""Those outside belong to the worker and the API; the folder `contracts` is passed through itself."""


def imported_again(source: str) -> list[str]:
    """Return our modules that a workflow module imports outside `imports_passed_through`."""
    tree = ast.parse(source)
    passed = {id(node) for block in ast.walk(tree) if _passes_through(block) for node in ast.walk(block)}
    names = [name for node in ast.walk(tree) if id(node) not in passed for name in _modules(node)]
    return [name for name in names if name.split(".")[0] in OURS and not _is_listed(name)]


def _passes_through(node: ast.AST) -> bool:
    return isinstance(node, ast.With) and any(
        "imports_passed_through" in ast.unparse(item.context_expr) for item in node.items
    )


def _modules(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def _is_listed(name: str) -> bool:
    return any(name == passed or name.startswith(f"{passed}.") for passed in PASSED_THROUGH)


@pytest.mark.parametrize("module", SANDBOXED, ids=lambda path: path.stem)
def test_a_workflow_module_imports_ours_passed_through(module: Path) -> None:
    assert imported_again(module.read_text(encoding="utf-8")) == []


def test_an_import_outside_the_block_is_found() -> None:
    source = "from storage.page import PageRow\nfrom domain.brief import Brief\nfrom workflows.step import run_step\n"
    assert imported_again(source) == ["storage.page.PageRow", "workflows.step.run_step"]
