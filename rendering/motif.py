"""The shapes the art is made of: SVG path data in a square cell of 8 by 8 units at (x, y). Paths fill by even-odd."""

from collections.abc import Callable
from typing import Final

CELL: Final = 8

Motif = Callable[[int, int], str]


def square(x: int, y: int) -> str:
    """Return the whole cell."""
    return f"M{x} {y}h8v8h-8z"


def disc(x: int, y: int) -> str:
    """Return the circle that touches all four sides."""
    return _circle(x + 4, y + 4, 4)


def _circle(x: int, y: int, radius: int) -> str:
    across = 2 * radius
    return f"M{x - radius} {y}a{radius} {radius} 0 1 1 {across} 0a{radius} {radius} 0 1 1-{across} 0z"


def _fan(x: int, y: int, corner: int, radius: int) -> str:
    """Return a quarter disc around a corner of the cell: 0 to 3, clockwise from the top left."""
    arc = f"a{radius} {radius} 0 0 1"
    return (
        f"M{x} {y}h{radius}{arc}-{radius} {radius}z",
        f"M{x + 8} {y}v{radius}{arc}-{radius}-{radius}z",
        f"M{x + 8} {y + 8}h-{radius}{arc} {radius}-{radius}z",
        f"M{x} {y + 8}v-{radius}{arc} {radius} {radius}z",
    )[corner]


def fan(corner: int) -> Motif:
    """Return the motif of a quarter disc around a corner."""
    return lambda x, y: _fan(x, y, corner, 8)


def rainbow(corner: int) -> Motif:
    """Return the motif of quarter rings around a corner."""
    return lambda x, y: _ring_part(x, y, corner, 8) + _ring_part(x, y, corner, 4)


def _ring_part(x: int, y: int, corner: int, radius: int) -> str:
    """Return a quarter of a ring 2 wide, corners as for a fan. Its outline runs only where it ends."""
    out, back = f"a{radius} {radius} 0 0 1", f"a{radius - 2} {radius - 2} 0 0 0"
    inner = radius - 2
    return (
        f"M{x + inner} {y}h2{out}-{radius} {radius}v-2{back} {inner}-{inner}z",
        f"M{x + 8} {y + inner}v2{out}-{radius}-{radius}h2{back} {inner} {inner}z",
        f"M{x + 8 - inner} {y + 8}h-2{out} {radius}-{radius}v2{back}-{inner} {inner}z",
        f"M{x} {y + 8 - inner}v-2{out} {radius} {radius}h-2{back}-{inner}-{inner}z",
    )[corner]


def leaf(x: int, y: int) -> str:
    """Return a leaf from the top left to the bottom right."""
    return f"M{x} {y}a8 8 0 0 1 8 8a8 8 0 0 1-8-8z"


def leaf_back(x: int, y: int) -> str:
    """Return a leaf from the top right to the bottom left."""
    return f"M{x + 8} {y}a8 8 0 0 1-8 8a8 8 0 0 1 8-8z"


def hills(x: int, y: int) -> str:
    """Return two half discs, one above the other."""
    return f"M{x} {y + 4}a4 4 0 0 1 8 0zM{x} {y + 8}a4 4 0 0 1 8 0z"


def bowls(x: int, y: int) -> str:
    """Return two half discs side by side, lying on their backs."""
    return f"M{x} {y}v8a4 4 0 0 0 0-8zM{x + 4} {y}v8a4 4 0 0 0 0-8z"


def ring(x: int, y: int) -> str:
    """Return a circle with a hole."""
    return disc(x, y) + _circle(x + 4, y + 4, 2)


def dots(x: int, y: int) -> str:
    """Return four small circles."""
    return "".join(_circle(x + right, y + down, 1) for down in (2, 6) for right in (2, 6))


def stripes(x: int, y: int) -> str:
    """Return two lying bars."""
    return f"M{x} {y}h8v2h-8zM{x} {y + 4}h8v2h-8z"


def wedge(x: int, y: int) -> str:
    """Return the half of the cell above its diagonal."""
    return f"M{x} {y}h8l-8 8z"


MOTIFS: Final[tuple[Motif, ...]] = (
    *(fan(corner) for corner in range(4)),
    *(fan(corner) for corner in range(4)),
    *(rainbow(corner) for corner in range(4)),
    leaf,
    leaf,
    leaf_back,
    disc,
    disc,
    hills,
    bowls,
    ring,
    dots,
    stripes,
    wedge,
)
"""All motifs, the calm ones more than once."""
