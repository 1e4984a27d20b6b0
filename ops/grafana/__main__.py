"""Write the dashboards: `python -m ops.grafana`, or with addresses of your own for what their links lead to."""

import argparse
from pathlib import Path

from ops.grafana.catalogue import FOLDER, files
from ops.grafana.variables import Addresses


def main() -> None:
    """Write a file for each dashboard."""
    usual = Addresses()
    parser = argparse.ArgumentParser(prog="python -m ops.grafana", description="Write Grafana's dashboards.")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where to write them")
    parser.add_argument("--temporal-ui", default=usual.temporal_ui, help="base URL of Temporal's Web UI")
    parser.add_argument("--namespace", default=usual.namespace, help="Temporal's namespace")
    parser.add_argument("--docs-url", default=usual.docs_url, help="base URL of the folder that holds docs/")
    chosen = parser.parse_args()
    folder: Path = chosen.folder
    folder.mkdir(parents=True, exist_ok=True)
    addresses = Addresses(chosen.temporal_ui, chosen.namespace, chosen.docs_url)
    for name, text in files(addresses).items():
        (folder / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
