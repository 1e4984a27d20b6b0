"""Where a debugger is told to stop: in the workflow that is debugged."""

import inspect

import pytest

import workflows.batch
import workflows.dead_letter
import workflows.page
from cli.debugging import place_of


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("job_1", workflows.page),
        ("dlq_job_1_1", workflows.dead_letter),
        ("batch_1", workflows.batch),
    ],
)
def test_the_place_to_stop_is_in_the_workflow_of_that_name(name: str, module: object) -> None:
    method, _, file = place_of(name).partition(" in ")
    assert str(inspect.getsourcefile(module)).endswith(file)  # pyright: ignore[reportArgumentType]  a module is one
    assert hasattr(getattr(module, method.partition(".")[0]), "run")
