"""Errors that are the user's to mend, told without a traceback."""


class UserError(Exception):
    """A verb that cannot do what it was asked. It ends with exit code 1.

    `message` says what happened to what; `hint` names the setting or command that mends it.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        """Say what happened and what to do about it."""
        super().__init__(message)
        self.message = message
        self.hint = hint
