"""What the examples of the docs tell of: one bakery's page, the job that made it, and when."""

from datetime import UTC, datetime, timedelta
from typing import Final

from domain.ids import JobId, PageId

_ULID: Final = "01K3V8Z4M0E9C7B2Q5T1R6W8XY"
JOB_ID: Final = JobId(f"job_{_ULID}")
PAGE_ID: Final = PageId(f"page_{_ULID}")
AT: Final = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
DONE: Final = AT + timedelta(seconds=8)
MODEL: Final = "openai:gpt-6-luna"
TEMPORAL: Final = "http://127.0.0.1:8233/namespaces/default/workflows"
