"""`pagewright observe`: the whole stack on this machine, with what watches it and tells of trouble."""

import asyncio

import typer

from cli.configuration import load_settings
from cli.door import require_closed_door
from cli.screen.render import print_line
from cli.verbs.up import stay_up
from embedded.observability import DASHBOARDS, alertmanager_url, observed_children, prometheus_url, services
from embedded.ports import observation_ports
from embedded.signals import until_stopped
from embedded.stack import Stack
from settings import NotificationSettings, Settings


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(observe)


def observe() -> None:
    """Start the stack with Prometheus and Alertmanager, until Ctrl-C.

    Prometheus and Alertmanager have to be installed (make deps). Their data lies in the data directory. Whom
    Alertmanager tells is set by variables: see docs/settings.md, Alerts. Grafana is not started; its dashboards are
    files to import.

    The exit code is 0 when it was stopped, and 1 when it could not start.
    """
    settings = load_settings()
    require_closed_door(settings)
    asyncio.run(until_stopped(_observe(settings)))


async def _observe(settings: Settings) -> None:
    stack = Stack(settings, print_line, children=observed_children, ports=observation_ports(settings))
    await stay_up(stack, _places(settings))


def _places(settings: Settings) -> tuple[tuple[str, str], ...]:
    prometheus = prometheus_url(settings)
    return (
        ("Prometheus", prometheus),
        ("Alerts", f"{prometheus}/alerts"),
        ("Alertmanager", alertmanager_url(settings)),
        ("", f"Debian's has no pages: amtool --alertmanager.url={alertmanager_url(settings)} alert query"),
        ("Notified", _notified(settings.notifications)),
        ("Dashboards", str(DASHBOARDS)),
        ("", f"In Grafana: add {prometheus} as a data source, then Dashboards > New > Import, file by file."),
    )


def _notified(notifications: NotificationSettings) -> str:
    told = services(notifications)
    if not told:
        return "nobody: set SLACK_WEBHOOK_URL or another variable of docs/settings.md, Alerts"
    return "; ".join(f"{receiver} by {' and '.join(names)}" for receiver, names in told.items())
