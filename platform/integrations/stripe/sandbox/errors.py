"""Errors in the shape Stripe answers them."""

from typing import Any

Obj = dict[str, Any]
DOC_URL = "https://stripe.com/docs/error-codes/"


class ApiError(Exception):
    """Carry an HTTP status and Stripe's error object; `commits` keeps what the request wrote (a declined card does)."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        commits: bool = False,
        extra: Obj | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.commits = commits
        self.error: Obj = {"type": kind, "message": message}
        if code:
            self.error |= {"code": code, "doc_url": DOC_URL + code.replace("_", "-")}
        if param:
            self.error["param"] = param
        self.error |= {key: value for key, value in (extra or {}).items() if value is not None}

    def body(self) -> Obj:
        """Return the answer's JSON."""
        return {"error": self.error}


def missing(param: str) -> ApiError:
    """Return the error for a required parameter that was not sent."""
    return ApiError(f"Missing required param: {param}.", code="parameter_missing", param=param)


def not_found(noun: str, object_id: str, param: str = "id", *, status: int = 404) -> ApiError:
    """Return the error for an id that names nothing in this account."""
    return ApiError(f"No such {noun}: '{object_id}'", status=status, code="resource_missing", param=param)
