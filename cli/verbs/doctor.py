"""`pagewright doctor`: every part checked, and what mends it."""

import asyncio
import dataclasses
from collections.abc import Sequence
from typing import Annotated, Final

import typer

from cli.checks.elsewhere import check_elsewhere
from cli.checks.encryption import check_encryption
from cli.checks.finding import Finding, Health, note
from cli.checks.machine import (
    check_binary,
    check_data_directory,
    check_database,
    check_keys,
    check_ports,
    check_python,
    check_signing_keys,
    check_stack,
)
from cli.checks.queues import check_queues
from cli.checks.services import check_api, check_temporal
from cli.client.client import connect
from cli.client.endpoint import Endpoint, endpoint
from cli.configuration import load_settings
from cli.errors import UserError
from cli.screen.render import print_json, print_line, print_table
from cli.screen.table import Cell, Column, Row, Table
from settings import Settings

_SIGNS: Final = {
    Health.OK: Cell("✓ ok", "good"),
    Health.NOTE: Cell("· note", "held"),
    Health.BROKEN: Cell("✗ broken", "bad"),
}


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(doctor)


def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False) -> None:
    """Check every part and say how to mend what is broken.

    Where PAGEWRIGHT_URL names an API elsewhere, only that one, the token and the versions. The exit code is 1 when
    something is broken.
    """
    findings = asyncio.run(examine(load_settings()))
    healthy = all(finding.health is not Health.BROKEN for finding in findings)
    if as_json:
        print_json({"healthy": healthy, "findings": [dataclasses.asdict(finding) for finding in findings]})
    else:
        print_table(_table(findings))
        print_line("Everything needed works." if healthy else "Something is broken: see the last column.")
    if not healthy:
        raise typer.Exit(1)


async def examine(settings: Settings) -> list[Finding]:
    """Check every part, from the machine up; of an API elsewhere what can be seen from here."""
    if settings.speaks_elsewhere:
        return [check_python(), *await check_elsewhere(settings)]
    findings = [check_python()]
    finding, directory = check_data_directory(settings)
    findings.append(finding)
    stack_runs = False
    if directory is not None:
        finding, stack_runs = check_stack(directory)
        findings += [finding, await check_database(settings), check_signing_keys(settings)]
    return [
        *findings,
        *check_ports(settings, stack_runs=stack_runs),
        await check_binary(settings),
        *await check_temporal(settings, stack_runs=stack_runs),
        *await _check_api(settings, stack_runs=stack_runs),
        check_keys(settings.vendors),
        check_encryption(settings),
    ]


async def _check_api(settings: Settings, *, stack_runs: bool) -> list[Finding]:
    """Check the API on this machine, and the queues as it tells of them."""
    found = await check_api(settings, stack_runs=stack_runs)
    if found.health is not Health.OK:
        return [found]
    try:
        to = Endpoint(settings.local_api_url, endpoint(settings).token)
    except UserError as error:
        return [found, note("Queues", error.message, error.hint)]
    async with connect(to, lambda _wait: None) as api:
        return [found, await check_queues(api)]


def _table(findings: Sequence[Finding]) -> Table:
    rows: tuple[Row, ...] = tuple(
        (finding.part, _SIGNS[finding.health], finding.detail, finding.remedy) for finding in findings
    )
    return Table((Column("Part"), Column("Health", narrow="whole"), Column("Found"), Column("What to do")), rows)
