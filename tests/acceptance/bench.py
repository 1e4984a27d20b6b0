"""A stack and its vendor side by side: pages are ordered from the one, the ledger of the other tells what they took."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count
from typing import Any, Final

from domain.ids import JobId
from domain.task import OutlineTask
from providers.prompts import prompt_of
from storage.job import JobRow
from tests.acceptance.books import Books, assert_balanced, rows_of
from tests.acceptance.stack import RunningStack, until
from tests.acceptance.vendor import MODEL, RunningVendor
from tests.vendors.answers import read_prompt
from tests.vendors.ledger import Entry

SECTIONS: Final = ("hero", "features", "steps", "pricing", "faq", "contact")
"""What BRIEF asks for, in the order the vendor plans it."""

LAST: Final = "section:contact-5"
"""The vendor's name of the last section."""

LAST_STEP: Final = "section:5"
"""Our name of it."""

STEPS: Final = 1 + len(SECTIONS)

BRIEF: Final[dict[str, Any]] = {
    "text": "Harbour Bakery bakes 12 kinds of sourdough bread in Example Bay.",
    "name": "Harbour Bakery",
    "offer": "Sourdough bread, baked overnight",
    "callToAction": "Order bread",
    "links": [{"label": "Order", "url": "https://order.example.com/"}],
    "contact": {"phone": "+1 555 0100", "email": "bread@example.com"},
    "prices": [{"item": "Country loaf", "price": "$ 6.50"}],
    "sections": list(SECTIONS),
}

JOBS: Final = "/api/ai/jobs"


@dataclass
class Bench:
    """Orders pages, each of a brief of its own."""

    stack: RunningStack
    vendor: RunningVendor
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def order(self, **options: object) -> dict[str, Any]:
        """Return a request for a page nobody has asked for yet."""
        brief = BRIEF | {"audience": f"Neighbours of pier {next(self._numbers)}"}
        return {"brief": brief, "route": [MODEL], **options}

    def submit(self, **options: object) -> JobId:
        """Order a page and return its job."""
        answer = self.stack.post(JOBS, self.order(**options))
        assert answer.status_code == HTTPStatus.ACCEPTED, answer.text
        return JobId(answer.json()["data"]["id"])

    def books(self, job: JobId) -> Books:
        """Return a job's books."""
        row, calls, events = self.stack.read(lambda uow: rows_of(uow, job))
        prompt = _prompt_hash(row)
        return Books(row, calls, events, tuple(entry for entry in self.vendor.entries if entry.prompt == prompt))

    def kept(self, job: JobId) -> set[str]:
        """Return the steps of a job whose result is stored."""
        return set(self.stack.read(lambda uow: uow.calls.kept(job)))

    def until_only_last_is_missing(self, job: JobId) -> Entry:
        """Wait until the last section alone is unfinished and was asked for; return the newest request for it."""
        until(lambda: len(self.kept(job)) == STEPS - 1, 60, self.stack.story)
        return self.until_asked(job, LAST)

    def until_asked(self, job: JobId, tag: str, times: int = 1) -> Entry:
        """Wait until the vendor was asked so often for a step of a job; return the newest request for it."""
        until(lambda: len(self.asked(job, tag)) >= times, 90, self.stack.story)
        return self.asked(job, tag)[-1]

    def asked(self, job: JobId, tag: str) -> list[Entry]:
        """Return the requests for a step of a job."""
        return [entry for entry in self.books(job).entries if entry.tag == tag]

    def assert_made(self, job: JobId, *, version: int = 1) -> Books:
        """Hold a completed job to everything that is promised of it, and return its books."""
        books = self.books(job)
        assert_balanced(books, len(SECTIONS))
        self.stack.assert_counted()
        page = self.stack.get(f"/api/pages/{books.job.page_id}")
        assert (page["currentVersion"], page["openJob"]) == (version, None)
        versions = self.stack.get(f"/api/pages/{books.job.page_id}/versions")["versions"]
        assert [entry["number"] for entry in versions] == list(range(version, 0, -1))
        with self.stack.http() as http:
            html = http.get(f"/api/pages/{books.job.page_id}/html")
        assert html.status_code == HTTPStatus.OK
        assert "Harbour Bakery" in html.text
        return books


def _prompt_hash(job: JobRow) -> str:
    """Return what the vendor's ledger calls a job's brief."""
    assert job.brief is not None
    return read_prompt(prompt_of(OutlineTask(brief=job.brief, language=job.language)).request).prompt
