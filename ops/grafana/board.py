"""A dashboard: rows of panels, and what all dashboards have in common."""

from collections.abc import Iterator
from dataclasses import dataclass

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.models.dashboard import Dashboard, DashboardCursorSync

from ops.grafana.links import TAG, dashboard_links
from ops.grafana.panels import Panel
from ops.grafana.variables import Addresses, variables


@dataclass(frozen=True, slots=True)
class Row:
    """Panels that belong together; the first row of a dashboard has no title."""

    title: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A dashboard, known to alerts and links by its uid."""

    uid: str
    title: str
    description: str
    rows: tuple[Row, ...]
    shows: str = "6h"
    """The time it begins with, up to now."""
    refresh: str = "30s"
    has_models: bool = True
    """Whether its reader may choose providers and models."""

    def panels(self) -> Iterator[Panel]:
        """Return the panels in the order they are read."""
        for row in self.rows:
            yield from row.panels

    def built(self, addresses: Addresses) -> Dashboard:
        """Return what Grafana reads."""
        board = dashboard.Dashboard(self.title).uid(self.uid).description(self.description).tags([TAG]).readonly()
        board.time(f"now-{self.shows}", "now").refresh(self.refresh).timezone("browser")
        board.tooltip(DashboardCursorSync.CROSSHAIR).links([*dashboard_links()])
        board.variables(variables(addresses, has_models=self.has_models))
        for row in self.rows:
            if row.title:
                board.with_row(dashboard.Row(row.title))
            for panel in row.panels:
                board.with_panel(panel.builder())
        return _numbered(board.build())


def _numbered(board: Dashboard) -> Dashboard:
    """Give panels their ids: Grafana's links to one panel need them."""
    for number, panel in enumerate(board.panels or (), start=1):
        panel.id_val = number
    return board
