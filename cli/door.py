"""What the API would refuse to start with, told before anything is started."""

from api.guards.security import OpenDoorError, refuse_open_door
from cli.errors import UserError
from settings import Settings


def require_closed_door(settings: Settings) -> None:
    """Return when the API lets in only whom it should. Raises UserError."""
    try:
        refuse_open_door(settings)
    except OpenDoorError as error:
        message = f"The API cannot start: {error}."
        raise UserError(message) from error
