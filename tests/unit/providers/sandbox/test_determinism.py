"""The same brief, seed and task give the same bytes, in every process."""

import os
from collections.abc import Callable

from domain.brief import Brief, Price
from domain.outline import Outline
from domain.task import OutlineTask, Task
from tests.programs import python

_BRIEF = Brief(
    name="Harbour Bakery",
    offer="Bread baked overnight",
    text="The bakery stands on the quay. The oven burns birch.\n\n- **Rye:** dark\n- **Oat:** soft",
    prices=(Price(item="Rye", price="£4"),),
)
_PROGRAM = """
import asyncio, sys
from domain.task import OutlineTask, SectionTask
from domain.outline import Outline
from providers.model import ModelRequest
from providers.sandbox.model import SandboxModel
task = OutlineTask.model_validate_json(sys.stdin.read())
model = SandboxModel()
def ask(task):
    return asyncio.run(model.request(ModelRequest(task, 9000))).output
planned = ask(task)
print(planned)
outline = Outline.model_validate_json(planned)
for plan in outline.sections:
    print(ask(SectionTask(brief=task.brief, language="en", outline=outline, plan=plan, seed=task.seed)))
"""


def _output(hash_seed: str) -> str:
    task = OutlineTask(brief=_BRIEF, language="en", seed=5)
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONUTF8": "1"}
    ended = python(_PROGRAM, environment=environment, given=task.model_dump_json())
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_every_process_writes_the_same_bytes() -> None:
    first = _output("1")
    assert first.count("\n") >= 4
    assert first == _output("2")


def test_another_seed_gives_other_phrases_and_the_same_facts(answer: Callable[[Task], str]) -> None:
    outlines = [
        Outline.model_validate_json(answer(OutlineTask(brief=_BRIEF, language="en", seed=seed))) for seed in range(8)
    ]
    assert len({outline.model_dump_json() for outline in outlines}) > 1
    assert len({outline.title for outline in outlines}) == 1
    assert len({tuple(plan.type for plan in outline.sections) for outline in outlines}) == 1
