"""Logs: one JSON object a line on stdout, with the ids of the job, tenant, workflow and run they belong to.

Never a prompt, a key or personal data at info level: what a line says about a job is its ids and figures.
"""

import logging
import sys

import structlog


def configure(level: str) -> None:
    """Send structlog's lines and those of libraries to stdout as JSON, from `level` (for example `INFO`) up."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
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
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for chatty in ("httpx", "httpx2", "httpcore", "aiosqlite", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
