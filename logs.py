"""Logs: one JSON object a line on stdout, with the ids of the job, tenant, workflow and run they belong to.

Never a prompt, a key or personal data at info level: what a line says about a job is its ids and figures.
"""

import logging
import sys
import time
from typing import Final

import structlog
from typing_extensions import override

_QUIET_SECONDS: Final = 60.0
"""How long nothing follows on what an exporter of traces says: it says the same at every batch while it cannot send."""


def configure(level: str, *, traced: bool = False) -> None:
    """Send structlog's lines and those of libraries to stdout as JSON, from `level` (for example `INFO`) up.

    Where spans are made (`traced`), a line says in which one it was written.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        *([_ids_of_span()] if traced else []),
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    handler.addFilter(Seldom("opentelemetry", _QUIET_SECONDS))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for chatty in ("httpx", "httpx2", "httpcore", "aiosqlite", "alembic", "urllib3"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


class Seldom(logging.Filter):
    """Lets a library say something, and then nothing for a while; at debug level it says what it likes."""

    def __init__(self, library: str, seconds: float) -> None:
        """Let one line of `library` through in so many seconds."""
        super().__init__(library)
        self._seconds = seconds
        self._again = 0.0

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is written."""
        if not super().filter(record) or record.levelno <= logging.DEBUG:
            return True
        now = time.monotonic()
        if now < self._again:
            return False
        self._again = now + self._seconds
        return True


def _ids_of_span() -> structlog.typing.Processor:
    from opentelemetry import trace  # noqa: PLC0415  only who traces loads it

    def add(
        _logger: structlog.typing.WrappedLogger, _method: str, line: structlog.typing.EventDict
    ) -> structlog.typing.EventDict:
        span = trace.get_current_span().get_span_context()
        if span.is_valid:
            line["trace_id"] = trace.format_trace_id(span.trace_id)
            line["span_id"] = trace.format_span_id(span.span_id)
        return line

    return add
