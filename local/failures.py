"""What does a person read when the local stack cannot go on?"""


class CannotRunError(Exception):
    """Something outside our control is missing or in the way; the message says what to do."""
