"""What routes work with: made once by the app, closed at its end."""

import asyncio
from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends, Request
from starlette.types import Scope

from activities.clock import Clock, system_clock
from activities.forecast import Forecaster
from api.links import Links
from api.temporal import TemporalGateway
from providers.catalogue import Catalogue
from settings import Settings
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of a running API."""

    settings: Settings
    database: Database
    catalogue: Catalogue
    temporal: TemporalGateway
    links: Links
    clock: Clock = system_clock
    forecaster: Forecaster = field(init=False)
    """Says what jobs will cost."""
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the process is told to stop: streams end then."""

    def __post_init__(self) -> None:
        """Make what the given parts make up."""
        object.__setattr__(self, "forecaster", Forecaster(self.database, self.catalogue))


def services_in(scope: Scope) -> Services:
    """Return the parts of the app an ASGI scope is for."""
    return cast("Services", scope["app"].state.services)


def _services(request: Request) -> Services:
    return services_in(request.scope)


ServicesDep = Annotated[Services, Depends(_services)]
