"""What writing the rest of a page costs at most."""

from domain.money import NanoUsd
from domain.outline import Outline
from domain.task import SectionTask, Task
from providers.catalogue import Catalogue, UnknownModelError
from providers.limits import max_tokens
from providers.model import ModelRequest
from workflows.contracts import PageInput


class Estimator:
    """Bounds costs by the prices of the catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Use the prices of `catalogue`."""
        self._catalogue = catalogue

    def retry(self, page: PageInput) -> NanoUsd | None:
        """Return what a round costs at most on the first model of its route, in nano-USD, one request a step.

        None without a price, or while the outline, and so the number of sections, is unknown.
        """
        if page.outline is None:
            return None
        try:
            model = self._catalogue.get(page.options.route[0])
        except UnknownModelError:
            return None
        bounds = [model.upper_bound(ModelRequest(task, max_tokens(task))) for task in _missing(page, page.outline)]
        known = [bound for bound in bounds if bound is not None]
        return NanoUsd(sum(known)) if len(known) == len(bounds) else None


def _missing(page: PageInput, outline: Outline) -> list[Task]:
    return [
        SectionTask(brief=page.brief, language=page.language, outline=outline, plan=plan)
        for index, plan in enumerate(outline.sections)
        if index not in page.sections
    ]
