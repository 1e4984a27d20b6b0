"""Where panels and dashboards lead: runbooks, Temporal's Web UI, each other."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.models.dashboard import DashboardLinkType

TAG: Final = "pagewright"
"""Every dashboard has it, and finds the others by it."""

_WEB_UI: Final = "${temporal_ui:raw}/namespaces/${namespace:raw}"


@dataclass(frozen=True, slots=True)
class Link:
    """An address and what it is called."""

    title: str
    url: str

    def builder(self) -> dashboard.DashboardLink:
        """Return Grafana's builder of it."""
        link = dashboard.DashboardLink(self.title).type(DashboardLinkType.LINK).url(self.url)
        return link.target_blank(target_blank=True)


def runbook(alert: str) -> Link:
    """Return the link to what to do when an alert fires."""
    return Link(f"Runbook: {alert}", f"${{docs_url:raw}}/docs/runbooks/{alert}.md")


def workflows(title: str, query: str) -> Link:
    """Return the link to the workflows that Temporal's Web UI finds by a query of its own."""
    return Link(title, f"{_WEB_UI}/workflows?query={quote(query)}")


def task_queue(title: str, queue: str) -> Link:
    """Return the link to the workers of a queue in Temporal's Web UI."""
    return Link(title, f"{_WEB_UI}/task-queues/{queue}")


def dashboard_links() -> list[dashboard.DashboardLink]:
    """Return the links at the top of every dashboard."""
    others = dashboard.DashboardLink("Pagewright").type(DashboardLinkType.DASHBOARDS).tags([TAG])
    return [
        others.keep_time(keep_time=True).include_vars(include_vars=True),
        Link("Temporal Web UI", f"{_WEB_UI}/workflows").builder(),
        Link("Runbooks", "${docs_url:raw}/docs/runbooks").builder(),
    ]
