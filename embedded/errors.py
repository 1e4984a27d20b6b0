"""What goes wrong in the embedded stack, said to the person who started it."""


class StackError(Exception):
    """The stack cannot start or go on.

    `message` says what happened to what; `hint` names the setting or command that mends it.
    """

    def __init__(self, message: str, hint: str) -> None:
        """Say what happened and what to do about it."""
        super().__init__(message)
        self.message = message
        self.hint = hint
