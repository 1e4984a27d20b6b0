"""What a reader of a dashboard may choose."""

from dataclasses import dataclass
from typing import Final

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import (
    DataSourceRef,
    VariableHide,
    VariableModel,
    VariableOption,
    VariableRefresh,
    VariableSort,
)

import telemetry
from domain.metric import Metric


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where links lead to. A reader may set them in a dashboard's address too: `var-docs_url=...`."""

    temporal_ui: str = "http://127.0.0.1:8233"
    namespace: str = "default"
    docs_url: str = "https://pagewright.example"


EVERYTHING: Final = ".*"
"""What stands in a query for a variable that is set to All."""

OF_PROVIDER: Final = 'provider=~"$provider"'
OF_MODEL: Final = 'provider=~"$provider", model=~"$model"'
OF_QUEUE: Final = 'queue=~"pages|llm-$provider"'

_ALL: Final = VariableOption(text="All", value="$__all", selected=True)


def variables(addresses: Addresses, *, has_models: bool) -> list[Builder[VariableModel]]:
    """Return the variables of a dashboard, those of models where it tells of models."""
    chosen = [_provider(), _model()] if has_models else []
    return [
        _data_source(),
        *chosen,
        _text("temporal_ui", "Temporal Web UI", addresses.temporal_ui),
        _text("namespace", "Temporal namespace", addresses.namespace),
        _text("docs_url", "Docs", addresses.docs_url),
    ]


def _data_source() -> dashboard.DatasourceVariable:
    variable = dashboard.DatasourceVariable("datasource").label("Data source").type("prometheus")
    return variable.current(VariableOption(text="Prometheus", value="prometheus", selected=True))


def _provider() -> dashboard.QueryVariable:
    return _values_of(telemetry.CALLS, "provider").label("Provider").description("Whose models to show")


def _model() -> dashboard.QueryVariable:
    return _values_of(telemetry.CALLS, "model", OF_PROVIDER).label("Model").description("Models of these providers")


def _values_of(metric: Metric, label: str, where: str = "") -> dashboard.QueryVariable:
    series = f"{metric.name}{{{where}}}" if where else metric.name
    variable = dashboard.QueryVariable(label).query(f"label_values({series}, {label})")
    variable.datasource(DataSourceRef(type_val="prometheus", uid="${datasource}"))
    variable.refresh(VariableRefresh.ON_TIME_RANGE_CHANGED).sort(VariableSort.ALPHABETICAL_ASC)
    return variable.multi(multi=True).include_all(include_all=True).all_value(EVERYTHING).current(_ALL)


def _text(name: str, label: str, value: str) -> dashboard.TextBoxVariable:
    variable = dashboard.TextBoxVariable(name).label(label).default_value(value).hide(VariableHide.HIDE_VARIABLE)
    return variable.current(VariableOption(text=value, value=value, selected=True))
