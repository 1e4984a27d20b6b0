"""Turns what a request says about models, money and faults into a job's options, or refuses it by field."""

from collections.abc import Sequence
from decimal import Decimal

from pydantic import TypeAdapter, ValidationError

from api.problem import invalid_field, unprocessable
from api.schemas.options import GenerationOptions, RouteOptions
from api.schemas.problem import FieldError
from domain.job import JobOptions
from domain.money import NanoUsd, nano_from_usd
from domain.page import Theme
from domain.route import ModelName, Route
from providers.catalogue import Catalogue
from settings import Settings

_ROUTE: TypeAdapter[Route] = TypeAdapter(Route)


class OptionsReader:
    """Reads options against the allow-list, the price list and the caps of an installation."""

    def __init__(self, settings: Settings, catalogue: Catalogue) -> None:
        """Hold requests to `catalogue` and to the caps of `settings`."""
        self._settings = settings
        self._catalogue = catalogue

    def generation(self, request: GenerationOptions, theme: Theme = Theme.STUDIO) -> JobOptions:
        """Return the options of a new job. Raises ProblemError 422 naming every field at fault."""
        return JobOptions(
            route=self.route(request, self._catalogue.default_route()),
            tries=self._settings.tries if request.tries is None else request.tries,
            seed=request.seed,
            theme=theme,
            max_cost=self.cap(request),
            priority=request.priority,
            sandbox=request.sandbox.faults(),
        )

    def route(self, request: RouteOptions, usual: Route, *, unpriced: bool = False) -> Route:
        """Return the route a request names, `usual` where it names none. Raises ProblemError 422.

        Every job has a cap, so every model needs a price, unless nothing is run and `unpriced` ones may be named.
        """
        named = _named(request)
        models = named or [("route", model) for model in usual]
        self._refuse_foreign(models)
        if not unpriced:
            self._refuse_unpriced(models)
        if request.route is not None or not named:
            return request.route or usual
        first = request.model or usual[0]
        try:
            return _ROUTE.validate_python((first, *request.fallback))
        except ValidationError:
            raise invalid_field("fallback", "a route names each model once, and at most 8") from None

    def cap(self, request: RouteOptions) -> NanoUsd:
        """Return the cap of a job. Raises ProblemError 422 for one above the installation's."""
        highest = self._settings.max_cost_per_job
        if request.max_cost_usd is not None and request.max_cost_usd > highest:
            message = f"the highest cap of a job is {_plain(highest)} USD; PAGEWRIGHT_MAX_COST_PER_JOB sets it"
            raise invalid_field("maxCostUsd", message, "cap_too_high")
        return nano_from_usd(highest if request.max_cost_usd is None else request.max_cost_usd)

    def request_seconds(self, route: Route) -> dict[ModelName, float]:
        """Return the longest time of one request to each model of a route."""
        return {model: self._catalogue.timeout(model).total_seconds() for model in route}

    def _refuse_foreign(self, named: Sequence[tuple[str, ModelName]]) -> None:
        allowed = self._catalogue.names()
        unknown = [
            FieldError(field=field, message=f"{model} is not among the allowed models: {', '.join(allowed)}")
            for field, model in named
            if model not in allowed
        ]
        if unknown:
            raise unprocessable("unknown_model", unknown)

    def _refuse_unpriced(self, named: Sequence[tuple[str, ModelName]]) -> None:
        unpriced = [
            FieldError(field=field, message=f"{model} has no known price; PAGEWRIGHT_PRICE_OVERRIDES can give it one")
            for field, model in named
            if not self._catalogue.has_price(model)
        ]
        if unpriced:
            raise unprocessable("model_without_price", unpriced)


def _named(request: RouteOptions) -> list[tuple[str, ModelName]]:
    """Return every model a request names, with the field that names it."""
    named = [(f"route.{index}", model) for index, model in enumerate(request.route or ())]
    if request.model is not None:
        named.append(("model", request.model))
    return named + [(f"fallback.{index}", model) for index, model in enumerate(request.fallback)]


def _plain(usd: Decimal) -> str:
    return f"{usd.normalize():f}"
