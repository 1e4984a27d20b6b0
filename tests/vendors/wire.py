"""The wire formats of the vendors: how a request is read and how answers and errors are written."""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from pydantic import JsonValue

from tests.vendors.behaviour import Behaviour

PROMPT_TOKENS: Final = 1_000
CACHED_TOKENS: Final = 200
COMPLETION_TOKENS: Final = 300
REASONING_TOKENS: Final = 50
"""What every answer reports; cached tokens are part of the prompt's, reasoning tokens of the completion's."""

VENDOR_TEXT: Final = "vendor text that quotes a prompt"
"""In every error body, beside the key of the request: neither may reach a user."""

_GOOGLE_PATH: Final = re.compile(r"/v1beta/models/(?P<model>[^:]+):generateContent")
_PATHS: Final = {"/v1/responses": "openai", "/v1/chat/completions": "openai-compatible", "/v1/messages": "anthropic"}


@dataclass(frozen=True, slots=True)
class VendorRequest:
    """A request as read from the wire."""

    vendor: str
    model: str
    prompt: str
    """All texts of the conversation."""
    key: str
    schema: dict[str, Any] | None
    """The JSON schema the answer has to follow."""
    max_tokens: int | None
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class VendorAnswer:
    """An HTTP answer."""

    status: int
    body: bytes
    content_type: str = "application/json"


def read_request(path: str, headers: dict[str, str], body: dict[str, Any]) -> VendorRequest | None:
    """Return the vendor request, or None when no vendor has this path."""
    bare = path.partition("?")[0]
    google = _GOOGLE_PATH.fullmatch(bare)
    if google is not None:
        config: dict[str, Any] = body.get("generationConfig", {})
        key, schema, limit = headers.get("x-goog-api-key", ""), config.get("responseJsonSchema"), "maxOutputTokens"
        return VendorRequest("google", google["model"], _texts(body), key, schema, config.get(limit), headers, body)
    vendor = _PATHS.get(bare)
    if vendor is None:
        return None
    key = headers.get("x-api-key") or headers.get("authorization", "").removeprefix("Bearer ")
    return VendorRequest(vendor, body["model"], _texts(body), key, _schema(vendor, body), _limit(body), headers, body)


def good_answer(request: VendorRequest, text: str) -> VendorAnswer:
    """Return a complete answer with this text."""
    return _answer(request, text, "good")


def faulty_answer(request: VendorRequest, behaviour: Behaviour, text: str) -> VendorAnswer:
    """Return what the vendor sends in case of `behaviour`; `text` is what a good answer would have said."""
    if behaviour in _TEXTS:
        return _answer(request, _TEXTS[behaviour], "good")
    if behaviour in _ENDINGS:
        return _answer(request, text[: len(text) // 2], _ENDINGS[behaviour])
    if behaviour in _BODIES:
        status, body, content_type = _BODIES[behaviour]
        return VendorAnswer(status, body.replace("KEY", request.key).encode(), content_type)
    return _error(request, behaviour)


_TEXTS: Final = {
    Behaviour.EMPTY: "",
    Behaviour.WRONG_SCHEMA: json.dumps({"unexpected": VENDOR_TEXT}),
    Behaviour.NOT_JSON_TEXT: VENDOR_TEXT,
}
_ENDINGS: Final = {
    Behaviour.TRUNCATED: "truncated",
    Behaviour.REFUSAL: "refused",
    Behaviour.CONTINUATION: "continues",
}
_BODIES: Final = {
    Behaviour.INVALID_JSON: (200, f"<html>{VENDOR_TEXT} KEY", "application/json"),
    Behaviour.ODD_SHAPE: (200, json.dumps({"note": VENDOR_TEXT}), "application/json"),
    Behaviour.BAD_GATEWAY: (502, f"<html>{VENDOR_TEXT} KEY</html>", "text/html"),
    Behaviour.REDIRECT: (307, "", "text/html"),
}


def _texts(node: JsonValue) -> str:
    if isinstance(node, str):
        return node
    if isinstance(node, list):
        return "\n".join(_texts(value) for value in node)
    if isinstance(node, dict):
        return "\n".join(_texts(node[name]) for name in _TEXT_FIELDS if name in node)
    return ""


_TEXT_FIELDS: Final = ("messages", "input", "contents", "content", "parts", "text")


def _schema(vendor: str, body: dict[str, Any]) -> dict[str, Any] | None:
    match vendor:
        case "openai":
            return body.get("text", {}).get("format", {}).get("schema")
        case "anthropic":
            return body.get("output_config", {}).get("format", {}).get("schema")
        case _:
            return body.get("response_format", {}).get("json_schema", {}).get("schema")


def _limit(body: dict[str, Any]) -> int | None:
    names = ("max_output_tokens", "max_completion_tokens", "max_tokens")
    return next((body[name] for name in names if name in body), None)


def _answer(request: VendorRequest, text: str, ending: str) -> VendorAnswer:
    body = {"openai": _responses, "openai-compatible": _chat, "anthropic": _messages, "google": _generate}[
        request.vendor
    ](request.model, text, ending)
    return VendorAnswer(200, json.dumps(body).encode())


def _responses(model: str, text: str, ending: str) -> dict[str, Any]:
    part: dict[str, Any] = (
        {"type": "refusal", "refusal": text}
        if ending == "refused"
        else {"type": "output_text", "text": text, "annotations": []}
    )
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1_760_000_000,
        "model": model,
        "status": "incomplete" if ending == "truncated" else "completed",
        "incomplete_details": {"reason": "max_output_tokens"} if ending == "truncated" else None,
        "output": [
            {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [part]},
        ],
        "parallel_tool_calls": False,
        "tool_choice": "auto",
        "tools": [],
        "usage": {
            "input_tokens": PROMPT_TOKENS,
            "input_tokens_details": {"cached_tokens": CACHED_TOKENS},
            "output_tokens": COMPLETION_TOKENS,
            "output_tokens_details": {"reasoning_tokens": REASONING_TOKENS},
            "total_tokens": PROMPT_TOKENS + COMPLETION_TOKENS,
        },
    }


def _chat(model: str, text: str, ending: str) -> dict[str, Any]:
    message = (
        {"role": "assistant", "content": None, "refusal": text}
        if ending == "refused"
        else {"role": "assistant", "content": text}
    )
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_760_000_000,
        "model": model,
        "choices": [
            {"index": 0, "message": message, "finish_reason": "length" if ending == "truncated" else "stop"},
        ],
        "usage": {
            "prompt_tokens": PROMPT_TOKENS,
            "prompt_tokens_details": {"cached_tokens": CACHED_TOKENS},
            "completion_tokens": COMPLETION_TOKENS,
            "completion_tokens_details": {"reasoning_tokens": REASONING_TOKENS},
            "total_tokens": PROMPT_TOKENS + COMPLETION_TOKENS,
        },
    }


def _messages(model: str, text: str, ending: str) -> dict[str, Any]:
    reasons = {"truncated": "max_tokens", "refused": "refusal"}
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [{"type": "text", "text": text}] if text else [],
        "stop_reason": reasons.get(ending, "end_turn"),
        "stop_sequence": None,
        "usage": {
            "input_tokens": PROMPT_TOKENS - CACHED_TOKENS,
            "cache_read_input_tokens": CACHED_TOKENS,
            "cache_creation_input_tokens": 0,
            "output_tokens": COMPLETION_TOKENS,
            "output_tokens_details": {"thinking_tokens": REASONING_TOKENS},
        },
    }


def _generate(model: str, text: str, ending: str) -> dict[str, Any]:
    reasons = {"truncated": "MAX_TOKENS", "refused": "SAFETY", "continues": "CONTINUATION"}
    candidate: dict[str, Any] = {
        "index": 0,
        "content": {"role": "model", "parts": [{"text": text}] if text else []},
        "finishReason": reasons.get(ending, "STOP"),
    }
    if ending == "continues":
        candidate["continuationToken"] = "bW9yZQ=="
    return {
        "candidates": [candidate],
        "modelVersion": model,
        "responseId": "resp-1",
        "usageMetadata": {
            "promptTokenCount": PROMPT_TOKENS,
            "cachedContentTokenCount": CACHED_TOKENS,
            "candidatesTokenCount": COMPLETION_TOKENS - REASONING_TOKENS,
            "thoughtsTokenCount": REASONING_TOKENS,
            "totalTokenCount": PROMPT_TOKENS + COMPLETION_TOKENS,
        },
    }


_STATUS: Final = {
    Behaviour.UNAUTHORIZED: 401,
    Behaviour.FORBIDDEN: 403,
    Behaviour.NOT_FOUND: 404,
    Behaviour.REJECTED: 400,
    Behaviour.CONTEXT_EXCEEDED: 400,
    Behaviour.RATE_LIMITED: 429,
    Behaviour.QUOTA_EXCEEDED: 429,
    Behaviour.SERVER_ERROR: 500,
    Behaviour.UNAVAILABLE: 503,
    Behaviour.OVERLOADED: 529,
}
_OPENAI_CODES: Final = {
    Behaviour.UNAUTHORIZED: "invalid_api_key",
    Behaviour.NOT_FOUND: "model_not_found",
    Behaviour.CONTEXT_EXCEEDED: "context_length_exceeded",
    Behaviour.RATE_LIMITED: "rate_limit_exceeded",
    Behaviour.QUOTA_EXCEEDED: "insufficient_quota",
}
_ANTHROPIC_TYPES: Final = {
    Behaviour.UNAUTHORIZED: "authentication_error",
    Behaviour.FORBIDDEN: "permission_error",
    Behaviour.NOT_FOUND: "not_found_error",
    Behaviour.RATE_LIMITED: "rate_limit_error",
    Behaviour.SERVER_ERROR: "api_error",
    Behaviour.OVERLOADED: "overloaded_error",
}
_GOOGLE_STATUSES: Final = {
    Behaviour.UNAUTHORIZED: "UNAUTHENTICATED",
    Behaviour.FORBIDDEN: "PERMISSION_DENIED",
    Behaviour.NOT_FOUND: "NOT_FOUND",
    Behaviour.REJECTED: "INVALID_ARGUMENT",
    Behaviour.CONTEXT_EXCEEDED: "INVALID_ARGUMENT",
    Behaviour.RATE_LIMITED: "RESOURCE_EXHAUSTED",
    Behaviour.QUOTA_EXCEEDED: "RESOURCE_EXHAUSTED",
    Behaviour.SERVER_ERROR: "INTERNAL",
    Behaviour.UNAVAILABLE: "UNAVAILABLE",
    Behaviour.OVERLOADED: "UNAVAILABLE",
}


def _error(request: VendorRequest, behaviour: Behaviour) -> VendorAnswer:
    write = {"anthropic": _anthropic_error, "google": _google_error}.get(request.vendor, _openai_error)
    status, body = write(behaviour, f"{VENDOR_TEXT}; your key is {request.key}")
    return VendorAnswer(status, json.dumps(body).encode())


def _openai_error(behaviour: Behaviour, text: str) -> tuple[int, dict[str, Any]]:
    error = {"message": text, "type": "api_error", "param": None, "code": _OPENAI_CODES.get(behaviour)}
    return _STATUS[behaviour], {"error": error}


def _anthropic_error(behaviour: Behaviour, text: str) -> tuple[int, dict[str, Any]]:
    # Exhausted credit and a prompt that is too long are told apart by their words alone.
    if behaviour is Behaviour.QUOTA_EXCEEDED:
        text = f"Your credit balance is too low to access the Anthropic API. {text}"
    if behaviour is Behaviour.CONTEXT_EXCEEDED:
        text = f"prompt is too long: 250000 tokens > 200000 maximum. {text}"
    status = 400 if behaviour is Behaviour.QUOTA_EXCEEDED else _STATUS[behaviour]
    type_ = _ANTHROPIC_TYPES.get(behaviour, "invalid_request_error")
    return status, {"type": "error", "error": {"type": type_, "message": text}, "request_id": "req_1"}


def _google_error(behaviour: Behaviour, text: str) -> tuple[int, dict[str, Any]]:
    details: list[dict[str, Any]] = []
    if behaviour is Behaviour.CONTEXT_EXCEEDED:
        text = f"The input token count (2000000) exceeds the maximum number of tokens allowed (1048576). {text}"
    if behaviour is Behaviour.QUOTA_EXCEEDED:
        quota = {"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier"}
        details = [{"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [quota]}]
    status = _STATUS[behaviour]
    error = {"code": status, "message": text, "status": _GOOGLE_STATUSES[behaviour], "details": details}
    return status, {"error": error}
