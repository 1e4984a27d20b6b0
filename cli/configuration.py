"""Settings as the command line reads them: what is wrong with one is told by its variable's name."""

from pydantic import ValidationError

from cli.errors import UserError
from embedded.environment import variables_of
from settings import NESTED, Settings


def load_settings() -> Settings:
    """Return the settings of this process. Raises UserError naming every variable that cannot be read."""
    try:
        return Settings()
    except ValidationError as error:
        reasons = [f"{_variable(str(detail['loc'][0]))}: {detail['msg']}" for detail in error.errors()]
        message = "Some settings cannot be read:" + "".join(f"\n  - {reason}" for reason in reasons)
        raise UserError(message, "Correct or unset these environment variables.") from error


def _variable(location: str) -> str:
    """Return the variable of a field. Fields with a name of their own are reported under it already."""
    for settings in (Settings, *NESTED.values()):
        if location in settings.model_fields:
            return variables_of(settings, location)[0]
    return location
