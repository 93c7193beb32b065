"""Every error a caller may be told about. Anything else is a bug."""


class VestibuleError(Exception):
    """Root of the errors raised on purpose; `code` is what programs read."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


class Invalid(VestibuleError):
    """The input breaks a rule of the language; `path` says where, `problem` what was expected."""

    def __init__(self, path: str, problem: str, code: str = "invalid_field") -> None:
        super().__init__(f"{path}: {problem}" if path else problem, code)
        self.path = path
        self.problem = problem


class NotFound(VestibuleError):
    """Nothing of that name is there for this caller; foreign and absent look the same."""

    def __init__(self, message: str = "nothing is stored under that name") -> None:
        super().__init__(message, "not_found")


class Conflict(VestibuleError):
    """Someone else changed it first, or its present state forbids the request."""

    def __init__(self, message: str, code: str = "conflict") -> None:
        super().__init__(message, code)


class RateLimited(Conflict):
    """Too much at once; `retry_after` is in seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message, "rate_limited")
        self.retry_after = retry_after


class Unauthenticated(VestibuleError):
    """Who is asking cannot be told, or not any more."""

    def __init__(self, message: str, code: str = "unauthenticated") -> None:
        super().__init__(message, code)


class Forbidden(VestibuleError):
    """The caller is known, but may not do this."""

    def __init__(self, message: str = "your role does not allow this") -> None:
        super().__init__(message, "forbidden")
