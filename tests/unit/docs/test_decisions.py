import re
from typing import Final

import pytest

from tests.unit.docs.markdown import ROOT, Document, documents

FOLDER: Final = ROOT / "docs" / "decisions"
HEADINGS: Final = ["Context", "Decision", "Consequences", "When to reconsider"]
DECISIONS: Final = [
    document for document in documents() if document.path.parent == FOLDER and document.path.name != "README.md"
]


def faults(document: Document) -> list[str]:
    number = document.path.name[:4]
    (tag, title), *rest = document.headings()
    found = {
        "the title begins with the number": tag == "h1" and title.startswith(f"{number}. "),
        "the headings are those of a decision": rest == [("h2", heading) for heading in HEADINGS],
        "the status is said": re.search(r"^Status: (accepted|superseded by \[\d{4}\])", document.text, re.MULTILINE),
        "no part is empty": not re.search(r"^## .*\s*(?=^## |\Z)", document.text, re.MULTILINE),
    }
    return [what for what, holds in found.items() if not holds]


def test_there_are_decisions() -> None:
    assert DECISIONS


@pytest.mark.parametrize("document", DECISIONS, ids=lambda document: document.name)
def test_a_decision_has_all_its_parts(document: Document) -> None:
    assert faults(document) == []


def test_a_decision_that_lacks_a_part_is_seen() -> None:
    whole = "# 0001. Title\n\nStatus: accepted\n\n" + "".join(f"## {heading}\n\nText.\n\n" for heading in HEADINGS)
    path = FOLDER / "0001-title.md"
    assert faults(Document(path, whole)) == []
    for part in ("0001. ", "Status: accepted", "## Consequences", "## Decision\n\nText."):
        assert faults(Document(path, whole.replace(part, ""))), part
    assert faults(Document(path, whole.replace("## Context\n\nText.", "## Context")))


def test_decisions_are_numbered_without_gaps() -> None:
    assert [document.path.name[:4] for document in DECISIONS] == [f"{n:04}" for n in range(1, len(DECISIONS) + 1)]


def test_the_index_lists_every_decision_by_its_title() -> None:
    index = (FOLDER / "README.md").read_text("utf-8")
    listed = re.findall(r"^- \[(\d{4})\]\((\S+)\) (.+)$", index, re.MULTILINE)
    assert listed == [
        (document.path.name[:4], document.path.name, document.headings()[0][1].partition(". ")[2])
        for document in DECISIONS
    ]
