"""Pictures drawn from words: inline SVG in the theme's art colours, the same bytes for the same words.

Colours are the classes `a1` (deep) to `a6` (cream) of the theme, so that pictures follow light and dark.
"""

from collections import defaultdict
from typing import Final

from markupsafe import Markup

from rendering.draw import Draw
from rendering.motif import CELL, MOTIFS, disc, square

_PALETTES: Final = (
    ("a1", "a2", "a5", "a4"),
    ("a1", "a3", "a6", "a2"),
    ("a1", "a4", "a6", "a3"),
    ("a2", "a1", "a5", "a6"),
    ("a3", "a5", "a1", "a6"),
    ("a4", "a1", "a2", "a6"),
)
"""Colours that sit well together; the first carries."""
_PALE: Final = frozenset({"a4", "a5", "a6"})
"""Two of these on a small sign can hardly be told apart. No palette has all three and no other."""
_QUIET_IN_TEN: Final = 2
"""How many cells in ten stay plain, so that the eye rests."""


class _Canvas:
    """Paths of one picture, gathered by colour in the order they are painted."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._layers: list[dict[str, list[str]]] = []

    def layer(self) -> None:
        """Paint what follows over what was painted so far. The first layer is the ground, drawn without soft edges."""
        self._layers.append(defaultdict(list))

    def add(self, colour: str, path: str) -> None:
        self._layers[-1][colour].append(path)

    def svg(self, label: str | None) -> Markup:
        paths = Markup("").join(
            Markup('<path class="{}" d="{}"/>').format(colour if depth else f"{colour} flat", "".join(parts))
            for depth, layer in enumerate(self._layers)
            for colour, parts in layer.items()
        )
        named = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
        return Markup('<svg class="art" viewBox="0 0 {} {}" preserveAspectRatio="xMidYMid slice" {}>{}</svg>').format(
            self.width, self.height, named, paths
        )


def mosaic(seed: str, columns: int, rows: int, label: str | None = None) -> Markup:
    """Return a quilt of motifs, one a cell. Without a label it is decoration."""
    draw = Draw(seed)
    palette = draw.pick(_PALETTES)
    canvas = _Canvas(columns * CELL, rows * CELL)
    grounds = _grounds(draw, palette, columns, rows)
    canvas.layer()
    for (column, row), ground in grounds.items():
        canvas.add(ground, square(column * CELL, row * CELL))
    canvas.layer()
    for (column, row), ground in grounds.items():
        if draw.below(10) >= _QUIET_IN_TEN:
            figure = draw.pick([colour for colour in palette if colour != ground])
            canvas.add(figure, draw.pick(MOTIFS)(column * CELL, row * CELL))
    return canvas.svg(label)


def _grounds(draw: Draw, palette: tuple[str, ...], columns: int, rows: int) -> dict[tuple[int, int], str]:
    grounds: dict[tuple[int, int], str] = {}
    for row in range(rows):
        for column in range(columns):
            near = {grounds.get((column - 1, row)), grounds.get((column, row - 1))}
            grounds[column, row] = draw.pick([colour for colour in palette if colour not in near])
    return grounds


def emblem(seed: str) -> Markup:
    """Return a single motif on its ground: a sign for a feature, a person or the page. Decoration."""
    draw = Draw(seed)
    ground, figure, *others = draw.shuffled(draw.pick(_PALETTES))
    if {ground, figure} <= _PALE:
        figure = next(colour for colour in others if colour not in _PALE)
    canvas = _Canvas(CELL, CELL)
    canvas.layer()
    canvas.add(ground, square(0, 0))
    canvas.layer()
    canvas.add(figure, draw.pick(MOTIFS)(0, 0))
    return canvas.svg(None)


def picture(title: str, alt: str, *, wide: bool = False) -> Markup:
    """Return a gallery picture drawn from its title: a landscape, a still life or a quilt, 4 to 3, named by `alt`.

    A `wide` one is always a quilt, 8 to 3: it can be shown as any part of its width.
    """
    if wide:
        return mosaic(title, 8, 3, alt)
    draw = Draw(title)
    kind = draw.below(3)
    if kind == 0:
        return _landscape(draw, alt)
    return _still_life(draw, alt) if kind == 1 else mosaic(title, 4, 3, alt)


def _landscape(draw: Draw, alt: str) -> Markup:
    sky, sun, *earth = draw.shuffled(draw.pick(_PALETTES))
    canvas = _Canvas(32, 24)
    canvas.layer()
    canvas.add(sky, "M0 0h32v24h-32z")
    canvas.layer()
    canvas.add(sun, disc(4 + draw.below(17), 2 + draw.below(5)))
    for step, colour in enumerate([*earth, sun]):
        canvas.layer()
        middle, top = draw.below(33), 12 + 4 * step + draw.below(3)
        canvas.add(colour, f"M{middle - 40} 40Q{middle} {2 * top - 40} {middle + 40} 40z")
    return canvas.svg(alt)


def _still_life(draw: Draw, alt: str) -> Markup:
    wall, *things = draw.shuffled(draw.pick(_PALETTES))
    canvas = _Canvas(32, 24)
    canvas.layer()
    canvas.add(wall, "M0 0h32v24h-32z")
    left = 1 + draw.below(3)
    for colour in things:
        height, radius = 4 + draw.below(9), 3 + draw.below(3)
        canvas.layer()
        canvas.add(colour, f"M{left} 21v-{height}a{radius} {radius} 0 0 1 {2 * radius} 0v{height}z")
        left += 2 * radius + draw.below(3) - 1
    canvas.layer()
    canvas.add(things[0], "M0 21h32v3h-32z")
    canvas.add(things[1], f"M{18 + draw.below(4)} 21a4 4 0 0 1 8 0z")
    return canvas.svg(alt)
