"""What another round of a job costs at most."""

import asyncio

from activities.shaped_forecast import ShapedForecaster
from domain.estimate import Estimate
from domain.money import NanoUsd
from domain.outline import Outline
from domain.route import ModelName
from domain.task import OutlineTask, SectionTask, Task
from providers.catalogue import Catalogue, UnknownModelError
from providers.limits import max_tokens
from providers.model import ModelRequest
from workflows.contracts import PageInput


class Estimator:
    """Bounds costs by the prices of the catalogue, and forecasts what has no bound yet."""

    def __init__(self, catalogue: Catalogue, forecaster: ShapedForecaster) -> None:
        """Use the prices of `catalogue`; `forecaster` says what a page costs whose outline is not written."""
        self._catalogue = catalogue
        self._forecaster = forecaster

    async def retry(self, page: PageInput, kept: Estimate | None) -> NanoUsd | None:
        """Return what a round costs at most, in nano-USD, one request a step. None without a price.

        With an outline, that is what the unfinished sections are bounded by on the route's first model. Without one
        nobody knows how many sections there will be: then it is the high end of the estimate that was `kept` with the
        job, or of a new one for another route, and no less than the bound of the outline, which has to fit a cap first.
        """
        if page.outline is not None:
            return await asyncio.to_thread(self._bound, page.options.route[:1], _missing(page, page.outline))
        whole = await self._whole(page, kept)
        outline = OutlineTask(brief=page.brief, language=page.language)
        first = await asyncio.to_thread(self._bound, page.options.route, [outline])
        return None if whole is None or first is None else max(whole, first)

    async def _whole(self, page: PageInput, kept: Estimate | None) -> NanoUsd | None:
        route = page.options.route
        if kept is None or kept.model != route[0] or kept.cost is None:
            kept = await self._forecaster.estimate(page.tenant, page.brief, route)
        return None if kept.cost is None else kept.cost.high

    def _bound(self, models: tuple[ModelName, ...], tasks: list[Task]) -> NanoUsd | None:
        """Return what tasks cost at most on the dearest of some models."""
        try:
            bounds = [
                [self._catalogue.get(model).upper_bound(ModelRequest(task, max_tokens(task))) for task in tasks]
                for model in models
            ]
        except UnknownModelError:
            return None
        known = [[bound for bound in of_model if bound is not None] for of_model in bounds]
        return NanoUsd(max(map(sum, known))) if known == bounds else None


def _missing(page: PageInput, outline: Outline) -> list[Task]:
    return [
        SectionTask(brief=page.brief, language=page.language, outline=outline, plan=plan)
        for index, plan in enumerate(outline.sections)
        if index not in page.sections
    ]
