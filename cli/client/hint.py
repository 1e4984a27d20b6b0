"""What to do about a refusal, in the command line's words: by its code, else by its status."""

from typing import Final

_TRY_AGAIN: Final = "Nothing was lost; try again. `pagewright doctor` says what is not up."
_LOOK_AGAIN: Final = "It has moved on meanwhile: look at it again, and decide anew."
_TOKEN: Final = (
    "Set PAGEWRIGHT_TOKEN to one from `pagewright token mint`, or PAGEWRIGHT_DATA_DIR to the stack's directory."  # noqa: S105  # names settings, holds no secret
)
_MODELS: Final = "`pagewright prices list` shows the models that are allowed, and what they cost."
_OPTIONS: Final = "The verb's --help says what it takes."
_SAME_VERSION: Final = "Look at it again, and run the command line and the API in the same version."
_OTHER_ADDRESS: Final = "Is PAGEWRIGHT_URL the address of the API alone, as in http://127.0.0.1:3000?"
_SMALLER: Final = "Send less at once: a large file of briefs as several smaller ones."

_BY_CODE: Final = {
    "unauthorized": _TOKEN,
    "invalid_token": _TOKEN,
    "missing_scope": "`pagewright token mint --scopes ...`, on the machine with the database, makes one that may.",
    "not_the_operator": "Use a token of the tenant `owner`; no scope gives another tenant's token this.",
    "job_not_found": "`pagewright jobs list` shows which there are.",
    "page_not_found": "`pagewright pages list` shows which there are.",
    "published_page_not_found": "`pagewright pages list` shows which are published.",
    "version_not_found": "`pagewright pages view ID` shows a page's versions.",
    "dead_letter_not_found": "`pagewright dlq list --status all` shows which there are.",
    "queue_not_found": "`pagewright queue list` shows which there are.",
    "schedule_not_found": "`pagewright schedules list` shows which there are.",
    "batch_not_found": "`pagewright batches list` shows which there are.",
    "not_found": f"The API has no such path. {_OTHER_ADDRESS} Else run both in the same version.",
    "method_not_allowed": f"The API is of another make. {_OTHER_ADDRESS} Else run both in the same version.",
    "wrong_state": _LOOK_AGAIN,
    "workflow_closed": _LOOK_AGAIN,
    "retry_conflict": _LOOK_AGAIN,
    "dead_letter_closed": "`pagewright dlq view ID` shows what became of it.",
    "not_retryable": (
        "Give --model PROVIDER:MODEL for another model, --max-cost USD for a higher cap, or --force when what was "
        "wrong is mended. `pagewright dlq view ID` says which of them it needs."
    ),
    "nothing_to_do": "`pagewright dlq list` shows which are open; --dry-run counts what a filter means.",
    "page_busy": "Wait with `pagewright jobs watch ID`, or end it with `pagewright jobs cancel ID`.",
    "page_erased": "`pagewright generate` makes a new page.",
    "no_version": "`pagewright jobs watch ID` shows its job to its end.",
    "version_conflict": "Look at it with `pagewright pages view ID`, and give the version you mean as --base-version.",
    "unknown_version": "`pagewright pages view ID` shows a page's versions.",
    "unknown_section": "`pagewright pages view ID` shows the sections with their numbers and anchors.",
    "schedule_missing": "Delete it with `pagewright schedules delete ID`, and make it anew.",
    "batch_lost": "Submit the file again.",
    "batch_too_long": "Submit it as several files.",
    "empty_batch": "Each line of the file is a brief; see `pagewright jobs submit --help`.",
    "invalid_line": "Each line is a brief, or a request as POST /api/ai/jobs takes it.",
    "invalid_brief": "examples/briefs shows what a brief may hold.",
    "unknown_language": "Give a BCP 47 tag: --language en, de or pt-BR.",
    "unknown_model": _MODELS,
    "unknown_provider": "`pagewright queue list` shows the providers there are.",
    "model_without_price": f"Give it one in PAGEWRIGHT_PRICE_OVERRIDES where the API runs. {_MODELS}",
    "cap_too_high": "Give a lower --max-cost, or raise PAGEWRIGHT_MAX_COST_PER_JOB where the API runs.",
    "invalid_cursor": "Give --cursor exactly as the list printed it, with the same filters; or begin without it.",
    "invalid_field": _OPTIONS,
    "invalid_request": _OPTIONS,
    "malformed_json": "A .json file holds one array of briefs; one brief a line goes into a .jsonl file.",
    "malformed_url": _OPTIONS,
    "unknown_parameter": _SAME_VERSION,
    "bad_request": _OTHER_ADDRESS,
    "foreign_host": (
        "Set PAGEWRIGHT_URL to a name the API goes by, or name this one in PAGEWRIGHT_ALLOWED_HOSTS where the API runs."
    ),
    "request_timeout": "Try again on a faster connection, or send less at once.",
    "request_entity_too_large": _SMALLER,
    "unsupported_media_type": "Briefs go in files that end with .jsonl or .json.",
    "idempotency_key_reused": "Do it again: each run of a verb has a key of its own.",
    "idempotency_key_in_flight": "The same is being done just now: look at what came of it before doing it again.",
    "rate_limited": "Wait a minute, or raise PAGEWRIGHT_REQUESTS_PER_MINUTE where the API runs.",
    "payload_unreadable": "`pagewright encryption list` shows a machine's keys; this was written with another.",
    "database_unavailable": _TRY_AGAIN,
    "signing_keys_unavailable": "`pagewright doctor`, where the API runs, checks the file of its secrets.",
    "temporal_unavailable": _TRY_AGAIN,
    "timed_out": _TRY_AGAIN,
    "internal_error": "logs/api.log in the API's data directory has the reason.",
}
"""Codes are the API's own and stable; a test walks the API, so that none is forgotten."""
_BY_STATUS: Final = {
    401: _TOKEN,
    403: "`pagewright token mint --scopes ...`, on the machine with the database, makes one that may.",
    404: _OTHER_ADDRESS,
    409: _SAME_VERSION,
    413: _SMALLER,
    422: _OPTIONS,
    429: "Wait a minute, and try again.",
    503: _TRY_AGAIN,
}
"""For an API that is newer than this command line, and for what stands before one."""
_SERVER_ERROR: Final = 500


def hint_of(code: str, status: int) -> str:
    """Return what to do about a refusal; empty where nobody can tell."""
    if (known := _BY_CODE.get(code)) is not None:
        return known
    return _BY_STATUS.get(status, _TRY_AGAIN if status >= _SERVER_ERROR else "")
