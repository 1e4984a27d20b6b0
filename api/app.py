"""The app: its parts, its routes and the guards in front of them."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

import telemetry
import tracing
from activities.clock import system_clock
from api import docs, problem
from api.actions.metrics import installation_metrics
from api.actions.shared import Shared
from api.guards import security
from api.guards.access_log import AccessLog
from api.guards.audit import AuditTrail
from api.guards.auth import Authentication, Authenticator
from api.guards.bearer import SharedSecretVerifier
from api.guards.body import BodyGuard
from api.guards.cors import Cors, ui_origins
from api.guards.deadline import Deadline
from api.guards.measure import Measure
from api.guards.methods import Methods, resources_of
from api.guards.parameters import refuse_unknown
from api.guards.rate_limit import AddressLimit, TokenLimit
from api.guards.signing_key import SigningKeyFile, signing_keys_path
from api.guards.tracing import telemetry_of
from api.links import Links
from api.routes import (
    audit_record,
    batch,
    brief_schema,
    bulk,
    codec,
    dead_letter,
    estimate,
    event,
    health,
    housekeeping,
    job,
    job_history,
    job_metrics,
    metrics,
    model,
    page,
    price,
    published,
    queue,
    schedule,
    token,
    usage,
)
from api.services import Services
from api.temporal import TemporalGateway
from api.version import VERSION
from embedded.data_directory import open_data_directory, owner_token
from providers.catalogue import Catalogue
from settings import Settings
from storage.database import Database
from workflows.client import connect
from workflows.key_file import key_ring

_PRIVATE = (
    batch,
    bulk,
    job_metrics,
    job_history,
    housekeeping,
    job,
    event,
    dead_letter,
    page,
    model,
    usage,
    estimate,
    price,
    brief_schema,
    token,
    audit_record,
    queue,
    codec,
    schedule,
)
_PUBLIC = (published, health, metrics)


def create_app(settings: Settings, traces: tracing.Traces | None = None) -> FastAPI:
    """Return the API of an installation; where it is traced, it ends `traces` when it stops.

    Raises OpenDoorError when it would let in whom nobody meant to let in, StackError when the
    data directory cannot be used, CatalogueError when settings name models that cannot be reached, KeyFileError when
    the keys of payloads cannot be used.
    """
    security.refuse_open_door(settings)
    catalogue = Catalogue(settings)
    app = FastAPI(
        title="Pagewright",
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        telemetry=telemetry_of(traces),
    )
    app.state.keys = key_ring(settings.encryption_keys, settings.resolved_encryption_keys_file)
    app.state.settings, app.state.catalogue, app.state.registry = settings, catalogue, telemetry.new_registry()
    app.state.traces = traces
    app.include_router(_routes())
    docs.register(app)
    problem.register(app)
    app.add_exception_handler(event.NothingFollowsError, event.nothing_follows)
    _guard(app, settings)
    return app


def operation_id(route: APIRoute) -> str:
    """Return what the document calls an operation, and with it every client made of the document: its function's name.

    A function that is renamed changes those clients.
    """
    return route.name


def _routes() -> APIRouter:
    routes = APIRouter(dependencies=[Depends(refuse_unknown)], generate_unique_id_function=operation_id)
    for module in (*_PRIVATE, *_PUBLIC):
        routes.include_router(module.router)
    return routes


def _every_route() -> list[BaseRoute]:
    return [route for module in (*_PRIVATE, *_PUBLIC) for route in module.router.routes]


def _guard(app: FastAPI, settings: Settings) -> None:
    """Put the guards in front of every route; the one added last is met first."""
    app.add_middleware(Deadline)
    app.add_middleware(Methods, resources=resources_of(_every_route()))
    app.add_middleware(AuditTrail, lost=telemetry.process_counter(telemetry.AUDIT_RECORDS_LOST, app.state.registry))
    app.add_middleware(BodyGuard, patience=settings.body_timeout)
    app.add_middleware(TokenLimit, per_minute=settings.requests_per_minute)
    app.add_middleware(Authentication, authenticator=_authenticator(settings))
    app.add_middleware(AddressLimit, per_minute=settings.public_requests_per_minute)
    app.add_middleware(security.PlainAddresses)
    app.add_middleware(Cors, origins=settings.cors_origins, ui_origins=ui_origins(settings))
    app.add_middleware(security.HostGuard, hosts=security.hosts_of(settings))
    app.add_middleware(security.SecurityHeaders)
    app.add_middleware(AccessLog)
    app.add_middleware(Measure, registry=app.state.registry)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncGenerator[None]:
    settings: Settings = app.state.settings
    traces: tracing.Traces | None = app.state.traces
    async with AsyncExitStack() as stack:
        if traces is not None:
            stack.push_async_callback(asyncio.to_thread, traces.shut_down)
        database = Database(settings.resolved_database_url)
        stack.push_async_callback(database.close)
        telemetry.watch_pool(app.state.registry, in_use=database.connections_in_use, idle=database.connections_idle)
        catalogue: Catalogue = app.state.catalogue
        stack.push_async_callback(catalogue.aclose)
        interceptors = [] if traces is None else traces.interceptors()
        temporal = TemporalGateway(await connect(app.state.keys, lazy=True, interceptors=interceptors))
        services = Services(settings, database, catalogue, temporal, Links(_temporal_ui(settings), temporal.namespace))
        stack.callback(services.closing.set)
        app.state.services = services
        app.state.metrics = Shared(partial(installation_metrics, services))
        yield


def _authenticator(settings: Settings) -> Authenticator:
    keys = SigningKeyFile(signing_keys_path(settings))
    return Authenticator(_owner_token(settings), SharedSecretVerifier(keys, settings, system_clock))


def _owner_token(settings: Settings) -> str:
    if settings.token is not None:
        return settings.token.get_secret_value()
    return owner_token(open_data_directory(settings.data_dir))


def _temporal_ui(settings: Settings) -> str:
    return (settings.temporal_ui_url or f"http://127.0.0.1:{settings.temporal_ui_port}").rstrip("/")
