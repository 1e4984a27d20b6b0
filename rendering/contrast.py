"""Contrast of a theme's colours, read from the custom properties of its CSS.

The convention: on `:root`, a surface is `--name` and text on it `--on-name` or `--on-name-role`, as hex colours,
once for light and once inside `@media (prefers-color-scheme: dark)`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

LEAST: Final = 4.5
"""WCAG 2.2, 1.4.3, level AA."""

Scheme = Literal["light", "dark"]

_ROOT: Final = re.compile(r"(?P<dark>@media[^{}]*prefers-color-scheme:\s*dark[^{}]*\{\s*)?:root\s*\{(?P<body>[^{}]*)\}")
_TOKEN: Final = re.compile(r"--(?P<name>[a-z0-9-]+)\s*:\s*(?P<value>[^;]+)")
_TEXT: Final = re.compile(r"on-(?P<surface>[a-z0-9]+)(?:-[a-z0-9]+)?")
_STRAIGHT: Final = 0.04045
"""Up to which sRGB's own curve is a straight line (IEC 61966-2-1)."""
_HEX: Final = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class Pair:
    """A text colour on its surface; `ratio` is from 1 to 21, or None when one of the colours is not a hex colour."""

    scheme: Scheme
    text: str
    surface: str
    ratio: float | None


def pairs(css: str) -> Iterator[Pair]:
    """Yield each text colour of a theme with its surface, in light and in dark."""
    light, dark = _tokens(css)
    names = sorted({name for name in (*light, *dark) if _TEXT.fullmatch(name)})
    schemes: tuple[tuple[Scheme, Mapping[str, str]], ...] = (("light", light), ("dark", dark))
    for scheme, tokens in schemes:
        for name in names:
            surface = re.sub(_TEXT, r"\g<surface>", name)
            yield Pair(scheme, name, surface, _ratio_of(tokens.get(name), tokens.get(surface)))


def ratio(one: str, other: str) -> float:
    """Return the WCAG contrast ratio of two `#rrggbb` colours, from 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _ratio_of(text: str | None, surface: str | None) -> float | None:
    if text is None or surface is None or not (_HEX.fullmatch(text) and _HEX.fullmatch(surface)):
        return None
    return ratio(text, surface)


def _tokens(css: str) -> tuple[dict[str, str], dict[str, str]]:
    light: dict[str, str] = {}
    dark: dict[str, str] = {}
    for root in _ROOT.finditer(css):
        for token in _TOKEN.finditer(root["body"]):
            (dark if root["dark"] else light)[token["name"]] = token["value"].strip()
    return light, dark


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= _STRAIGHT else ((channel + 0.055) / 1.055) ** 2.4
