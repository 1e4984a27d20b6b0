"""Models over HTTP."""

from domain.model import Document
from domain.route import ModelName


class Model(Document):
    """One model of the allow-list. A model without a price is refused at submit: every job has a cap."""

    name: ModelName
    provider: str
    ai: bool
    """False for the offline sandbox, which writes from the brief's own words."""
    price_known: bool


class ModelList(Document):
    """The allow-list, and the route of a job that names none."""

    models: tuple[Model, ...]
    default_route: tuple[ModelName, ...]
