"""Panels: what each shows and how, as Grafana's builders."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from string import ascii_uppercase
from typing import Final, Literal, TypeVar

from grafana_foundation_sdk.builders import bargauge, common, dashboard, gauge, prometheus, stat, statetimeline
from grafana_foundation_sdk.builders import timeseries as lines
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import common as shapes
from grafana_foundation_sdk.models import dashboard as model

from ops.grafana.links import Link, runbook

Colour = Literal["green", "yellow", "orange", "red", "blue", "purple", "text", "transparent"]

DATA_SOURCE: Final = model.DataSourceRef(type_val="prometheus", uid="${datasource}")

_NEWEST: Final = "lastNotNull"

_AnyPanel = TypeVar("_AnyPanel", lines.Panel, gauge.Panel, stat.Panel, bargauge.Panel, statetimeline.Panel)


@dataclass(frozen=True, slots=True)
class Query:
    """A query, and what its series are called."""

    expression: str
    legend: str


@dataclass(frozen=True, slots=True)
class Limit:
    """Where a panel changes its colour. Mostly an alert fires there, and the panel leads to its runbook."""

    alert: str | None
    value: float
    colour: Colour = "orange"
    is_floor: bool = False
    """Whether values below it are bad, not those above."""


@dataclass(frozen=True, kw_only=True)
class Panel(ABC):
    """What every panel has. A dashboard is 24 wide; a height of 1 is about 38 pixels."""

    title: str
    description: str
    unit: str
    queries: tuple[Query, ...]
    limits: tuple[Limit, ...] = ()
    """Of one direction."""
    runbooks: tuple[str, ...] = ()
    """Alerts to whose runbooks it leads beside those of its limits."""
    links: tuple[Link, ...] = ()
    width: int = 8
    height: int = 7
    decimals: int | None = None
    step: str | None = None
    """The least time that a point stands for. Rates are taken over four of them."""
    empty: str = "nothing"
    """What it says where there is no value."""

    @abstractmethod
    def builder(self) -> Builder[model.Panel]:
        """Return Grafana's builder of it."""

    @property
    def alerts(self) -> tuple[str, ...]:
        """The alerts it leads to."""
        named = (*(limit.alert for limit in self.limits), *self.runbooks)
        return tuple(dict.fromkeys(alert for alert in named if alert is not None))

    def _drawn(self, panel: _AnyPanel, *, is_instant: bool) -> _AnyPanel:
        panel.title(self.title).description(self.description).datasource(DATA_SOURCE)
        panel.unit(self.unit).span(self.width).height(self.height).no_value(self.empty)
        panel.thresholds(self._thresholds())
        panel.links([link.builder() for link in (*map(runbook, self.alerts), *self.links)])
        for letter, query in zip(ascii_uppercase, self.queries, strict=False):
            panel.with_target(_target(letter, query, is_instant=is_instant))
        if self.decimals is not None:
            panel.decimals(self.decimals)
        if self.step is not None:
            panel.interval(self.step)
        return panel

    def _thresholds(self) -> dashboard.ThresholdsConfig:
        limits = sorted(self.limits, key=lambda limit: limit.value)
        colours: list[str] = [limit.colour for limit in limits]
        is_floor = any(limit.is_floor for limit in limits)
        colours = [*colours, "green"] if is_floor else ["green", *colours]
        values = [None, *(limit.value for limit in limits)]
        steps = [model.Threshold(value, colour) for value, colour in zip(values, colours, strict=True)]
        return dashboard.ThresholdsConfig().mode(model.ThresholdsMode.ABSOLUTE).steps(steps)


@dataclass(frozen=True, kw_only=True)
class Lines(Panel):
    """Values over time."""

    is_stacked: bool = False
    is_bars: bool = False
    """Whether each value stands for a stretch of time and not for a moment."""
    maximum: float | None = None
    colours: Mapping[str, Colour] = field(default_factory=dict[str, Colour])
    """Of series with a meaning of their own, by legend."""

    def builder(self) -> lines.Panel:
        """Return Grafana's builder of it."""
        panel = self._drawn(lines.Panel(), is_instant=False).min(0).line_width(2).show_points(_SHOWN)
        panel.fill_opacity(70 if self.is_bars else 25 if self.is_stacked else 8)
        panel.draw_style(shapes.GraphDrawStyle.BARS if self.is_bars else shapes.GraphDrawStyle.LINE)
        panel.color_scheme(dashboard.FieldColor().mode(model.FieldColorModeId.PALETTE_CLASSIC_BY_NAME))
        panel.legend(_legend("sum" if self.is_bars else _NEWEST, "max")).tooltip(_TOOLTIP)
        if self.is_stacked:
            panel.stacking(common.StackingConfig().mode(shapes.StackingMode.NORMAL).group("A"))
        if self.limits:
            panel.thresholds_style(common.GraphThresholdsStyleConfig().mode(shapes.GraphThresholdsStyleMode.DASHED))
        if self.maximum is not None:
            panel.max(self.maximum)
        for legend, colour in self.colours.items():
            panel.override_by_name(legend, [_fixed(colour)])
        return panel


@dataclass(frozen=True, kw_only=True)
class Gauge(Panel):
    """The newest value of something that has an end, percent for example."""

    maximum: float = 100

    def builder(self) -> gauge.Panel:
        """Return Grafana's builder of it."""
        panel = self._drawn(gauge.Panel(), is_instant=True).min(0).max(self.maximum)
        return panel.reduce_options(_newest()).show_threshold_markers(show_threshold_markers=True)


@dataclass(frozen=True, kw_only=True)
class Stat(Panel):
    """The newest value in large."""

    def builder(self) -> stat.Panel:
        """Return Grafana's builder of it."""
        panel = self._drawn(stat.Panel(), is_instant=True).reduce_options(_newest())
        panel.color_mode(shapes.BigValueColorMode.BACKGROUND if self.limits else shapes.BigValueColorMode.NONE)
        return panel.graph_mode(shapes.BigValueGraphMode.NONE).text_mode(shapes.BigValueTextMode.AUTO)


@dataclass(frozen=True, kw_only=True)
class Bars(Panel):
    """The newest values of several things, side by side."""

    def builder(self) -> bargauge.Panel:
        """Return Grafana's builder of it."""
        panel = self._drawn(bargauge.Panel(), is_instant=True).reduce_options(_newest()).min(0)
        panel.orientation(shapes.VizOrientation.HORIZONTAL).display_mode(shapes.BarGaugeDisplayMode.GRADIENT)
        return panel.value_mode(shapes.BarGaugeValueMode.COLOR)


@dataclass(frozen=True, kw_only=True)
class States(Panel):
    """What several things were, over time."""

    states: Mapping[int, tuple[str, Colour]]
    """Text and colour of each value."""

    def builder(self) -> statetimeline.Panel:
        """Return Grafana's builder of it."""
        panel = self._drawn(statetimeline.Panel(), is_instant=False).mappings([self._mapping()])
        panel.color_scheme(dashboard.FieldColor().mode(model.FieldColorModeId.THRESHOLDS))
        panel.show_value(shapes.VisibilityMode.AUTO).row_height(0.8).fill_opacity(80).merge_values(merge_values=True)
        return panel.legend(_legend()).tooltip(_TOOLTIP)

    def _mapping(self) -> model.ValueMap:
        results = {
            str(value): model.ValueMappingResult(text=text, color=colour, index=index)
            for index, (value, (text, colour)) in enumerate(self.states.items())
        }
        return model.ValueMap(options=results)


_SHOWN: Final = shapes.VisibilityMode.AUTO
_TOOLTIP: Final = common.VizTooltipOptions().mode(shapes.TooltipDisplayMode.MULTI).sort(shapes.SortOrder.DESCENDING)


def _target(letter: str, query: Query, *, is_instant: bool) -> prometheus.Dataquery:
    target = prometheus.Dataquery().ref_id(letter).datasource(DATA_SOURCE)
    target.expr(query.expression).legend_format(query.legend)
    return target.instant() if is_instant else target.range()


def _legend(*calculations: str) -> common.VizLegendOptions:
    legend = common.VizLegendOptions().show_legend(show_legend=True).placement(shapes.LegendPlacement.BOTTOM)
    return legend.display_mode(shapes.LegendDisplayMode.LIST).calcs(list(calculations))


def _newest() -> common.ReduceDataOptions:
    return common.ReduceDataOptions().calcs([_NEWEST]).values(values=False)


def _fixed(colour: Colour) -> model.DynamicConfigValue:
    return model.DynamicConfigValue(id_val="color", value={"mode": "fixed", "fixedColor": colour})
