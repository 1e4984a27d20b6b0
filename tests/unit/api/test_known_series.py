"""Which series are told as 0 before anything was counted: `increase` does not see the first event of any other."""

from pathlib import Path

import telemetry
from activities.counting import RENDER
from api.actions.known_series import known_series
from domain.page import PageDocument
from providers.catalogue import Catalogue
from rendering.checks import check_html
from rendering.page import render
from settings import Settings

ENGLISH = Path(__file__).parents[2] / "documents" / "en.json"


def test_each_check_of_a_page_is_told_before_one_fails() -> None:
    document = PageDocument.model_validate_json(ENGLISH.read_text("utf-8"))
    checks = {check.name for check in check_html(render(document), document)} | {RENDER}
    told = {
        series.values[0] for series in known_series(Catalogue(Settings())) if series.metric is telemetry.CHECKS_FAILED
    }
    assert checks - told == set()
