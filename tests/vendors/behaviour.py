"""What the fake vendor does with a request."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Behaviour(StrEnum):
    """One way to treat a request. Statuses and bodies are those the vendor whose wire format was spoken documents."""

    ANSWER = "answer"
    """A complete, valid answer made from the brief in the prompt."""
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    REJECTED = "rejected"
    """400."""
    CONTEXT_EXCEEDED = "context_exceeded"
    RATE_LIMITED = "rate_limited"
    """429; put `retry-after` or `retry-after-ms` into the act's headers."""
    QUOTA_EXCEEDED = "quota_exceeded"
    SERVER_ERROR = "server_error"
    BAD_GATEWAY = "bad_gateway"
    """502 with a page of HTML, as proxies send it."""
    UNAVAILABLE = "unavailable"
    """503."""
    OVERLOADED = "overloaded"
    """529."""
    REDIRECT = "redirect"
    HANG = "hang"
    """No answer until the client goes away."""
    DRIP = "drip"
    """A good answer, a byte every 50 ms."""
    RESET = "reset"
    """Half of a good answer, then a TCP reset."""
    INVALID_JSON = "invalid_json"
    """200, and a body that is not JSON."""
    ODD_SHAPE = "odd_shape"
    """200, and a JSON body that is no answer at all."""
    WRONG_SCHEMA = "wrong_schema"
    """A complete answer whose text is JSON of another schema."""
    NOT_JSON_TEXT = "not_json_text"
    """A complete answer whose text is prose."""
    TRUNCATED = "truncated"
    """Half of an answer that reached the token limit."""
    REFUSAL = "refusal"
    EMPTY = "empty"
    """A complete answer without text."""
    CONTINUATION = "continuation"
    """Google only: a part of an answer whose rest has to be asked for."""


class Act(BaseModel):
    """What to do with one request: a behaviour, headers to send with it, and seconds to wait first.

    With `text`, that is what an answer says instead of something valid.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    behaviour: Behaviour = Behaviour.ANSWER
    headers: dict[str, str] = {}
    latency: float = 0
    text: str | None = None
