"""Prometheus' configuration for services that have names of their own, as in Compose.

`python -m embedded.compose FOLDER api=api:3000 worker=worker:9464 ... --look-up worker` writes it to a folder, with the
rules; jobs that are looked up may have any number of replicas behind their name.
"""

import argparse
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from embedded.prometheus import CONFIGURATION, Targets, write_configuration
from settings import Settings

JOBS: Final = ("api", "worker", "temporal", "prometheus", "alertmanager")


def write_folder(settings: Settings, folder: Path, targets: Targets, looked_up: Iterable[str] = ()) -> Path:
    """Write configuration and rules to `folder`, which may be moved as a whole, and return the configuration."""
    folder.mkdir(parents=True, exist_ok=True)
    rules = folder / "rules"
    shutil.rmtree(rules, ignore_errors=True)
    shutil.copytree(CONFIGURATION.parent / "rules", rules)
    return write_configuration(settings, folder, targets, looked_up=frozenset(looked_up), rules="rules/*.yml")


def _target(text: str) -> tuple[str, list[str]]:
    job, _, addresses = text.partition("=")
    if job not in JOBS or not addresses:
        message = f"{text!r} is none of {', '.join(f'{job}=HOST:PORT' for job in JOBS)}"
        raise argparse.ArgumentTypeError(message)
    return job, addresses.split(",")


def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m embedded.compose", description=__doc__)
    parser.add_argument("folder", type=Path, help="where to write")
    parser.add_argument("targets", type=_target, nargs="+", metavar="JOB=HOST:PORT", help="what is asked, of each job")
    parser.add_argument("--look-up", action="append", default=[], choices=JOBS, help="a job DNS knows the replicas of")
    arguments = parser.parse_args()
    targets = dict[str, list[str]](arguments.targets)
    if missing := [job for job in JOBS if job not in targets]:
        parser.error(f"there is no target for {', '.join(missing)}")
    write_folder(Settings(), arguments.folder, targets, arguments.look_up)


if __name__ == "__main__":
    _main()
