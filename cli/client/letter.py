"""The dead letter that holds a failed job's last round."""

from http import HTTPStatus
from typing import Final

from cli.client.answers import DeadLetter, Job, read
from cli.client.client import Api
from cli.client.problem import ApiError

LETTERS: Final = "/api/ai/dlq"

_NOT_SHOWN: Final = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})


async def letter_of(api: Api, job: Job) -> DeadLetter | None:
    """Return the dead letter of a job; None where there is none, or the token may not see it."""
    if job.dead_letter_id is None:
        return None
    try:
        return read(DeadLetter, await api.get(f"{LETTERS}/{job.dead_letter_id}"))
    except ApiError as error:
        if error.status not in _NOT_SHOWN:
            raise
        return None
