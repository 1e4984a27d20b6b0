"""How to reach a vendor."""

from dataclasses import dataclass, field
from typing import Final

OPENAI_URL: Final = "https://api.openai.com/v1"
ANTHROPIC_URL: Final = "https://api.anthropic.com"
GOOGLE_URL: Final = "https://generativelanguage.googleapis.com"
NO_KEY: Final = "none"
"""Sent to services that ask for no key: the SDK insists on one."""


@dataclass(frozen=True, slots=True)
class Access:
    """Base URL and key of one vendor. Both are always given to the SDKs, which else read the environment."""

    base_url: str
    key: str = field(repr=False)
