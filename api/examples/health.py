"""Examples of the docs on health."""

from typing import Final

from api.schemas.health import Health, Part, Readiness

HEALTH: Final = Health(status="ok", version="0.1.0")
READY: Final = Readiness(status="ready", parts=(Part(name="database", ready=True), Part(name="temporal", ready=True)))
