"""All dashboards, as Grafana reads them and as queries."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from ops.grafana.api import API
from ops.grafana.board import Board
from ops.grafana.money import MONEY
from ops.grafana.operations import OPERATIONS
from ops.grafana.temporal import TEMPORAL
from ops.grafana.variables import EVERYTHING, Addresses

DASHBOARDS: Final = (OPERATIONS, TEMPORAL, API, MONEY)
FOLDER: Final = Path(__file__).parent / "dashboards"

_VARIABLE: Final = re.compile(r"\$\{?(\w+)(?::\w+)?\}?")


@dataclass(frozen=True, slots=True)
class PanelQuery:
    """A query of a panel, with variables as Grafana puts them in before anybody chooses."""

    dashboard: str
    panel: str
    expression: str


def files(addresses: Addresses) -> dict[str, str]:
    """Return what Grafana reads, by file name."""
    return {f"{board.uid}.json": _text(board, addresses) for board in DASHBOARDS}


def queries(*, rate_interval: str = "1m", shown: str | None = None) -> list[PanelQuery]:
    """Return every panel's queries.

    `rate_interval` stands for the window Grafana would take for rates, and `shown` for the dashboard's time where it is
    not the one it begins with.
    """
    return [
        PanelQuery(board.uid, panel.title, _filled(query.expression, rate_interval, shown or board.shows))
        for board in DASHBOARDS
        for panel in board.panels()
        for query in panel.queries
    ]


def _text(board: Board, addresses: Addresses) -> str:
    return json.dumps(board.built(addresses), cls=JSONEncoder, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _filled(expression: str, rate_interval: str, shown: str) -> str:
    values = {"__rate_interval": rate_interval, "__range": shown, "provider": EVERYTHING, "model": EVERYTHING}
    return _VARIABLE.sub(lambda found: values[found[1]], expression)
