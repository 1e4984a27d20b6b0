"""A round that has begun, told in the same words whichever verb began it."""

from cli.screen.render import print_line


def tell_begun(job: str, number: int) -> None:
    """Say that a round of a job has begun, and how to watch it."""
    print_line(f"Round {number} of {job} has begun.")
    print_line(f"Watch it with: pagewright jobs watch {job}")
