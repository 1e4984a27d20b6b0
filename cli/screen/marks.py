"""Marks and tones of a status: the mark says without a colour what the tone says with one."""

from typing import Final

from cli.screen.table import Cell, Tone

_MARKS: Final[dict[str, tuple[str, Tone]]] = {
    "submitting": ("…", "quiet"),
    "waiting": ("○", "quiet"),
    "pending": ("○", "quiet"),
    "starting": ("…", "quiet"),
    "running": ("●", "busy"),
    "active": ("●", "busy"),
    "open": ("●", "busy"),
    "delayed": ("↻", "held"),
    "paused": ("‖", "held"),
    "review": ("?", "held"),
    "completed": ("✓", "good"),
    "done": ("✓", "good"),
    "succeeded": ("✓", "good"),
    "retried": ("✓", "good"),
    "published": ("✓", "good"),
    "valid": ("✓", "good"),
    "failed": ("✗", "bad"),
    "invalid": ("✗", "bad"),
    "lost": ("✗", "bad"),
    "refused": ("✗", "bad"),
    "revoked": ("✗", "bad"),
    "retired": ("✗", "bad"),
    "cancelling": ("⊘", "held"),
    "cancelled": ("⊘", "quiet"),
    "skipped": ("⊘", "quiet"),
    "discarded": ("⊘", "quiet"),
    "expired": ("⊘", "quiet"),
}
_UNHEARD_OF: Final[tuple[str, Tone]] = ("·", "")


def mark(status: str) -> Cell:
    """Return the mark of a job's, step's, call's or dead letter's status."""
    return Cell(*_MARKS.get(status, _UNHEARD_OF))


def status_cell(status: str) -> Cell:
    """Return a status with its mark. An open dead letter is `failed`, and waits for somebody."""
    sign = mark(status)
    return Cell(f"{sign.text} {status}", sign.tone)
