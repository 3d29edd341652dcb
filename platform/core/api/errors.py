"""Errors of the API in the form of RFC 9457."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

from core.errors import ShopsteadError

CONTENT_TYPE = "application/problem+json"


def problem(*, status: int, code: str, title: str, detail: str, errors: list[dict[str, str]] | None = None) -> Response:
    """Return a problem document; `errors` are `{pointer, code, detail}` with JSON pointers into the request's body."""
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "code": code, "detail": detail}
    if errors:
        body["errors"] = errors
    return Response(body, status=status, content_type=CONTENT_TYPE)


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """Translate an exception of a view; None lets it become a 500."""
    if isinstance(error, ShopsteadError):
        pointers = [{"pointer": f"/{error.field}", "code": error.code, "detail": str(error)}] if error.field else None
        return problem(
            status=error.status, code=error.code, title=_("The request failed"), detail=str(error), errors=pointers
        )
    if isinstance(error, exceptions.ValidationError):
        rows = list(_walk(error.get_full_details(), ""))
        return problem(
            status=422,
            code="invalid",
            title=_("What was sent is wrong"),
            detail=_("Nothing was changed."),
            errors=rows,
        )
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    if isinstance(error, exceptions.APIException):
        response = problem(
            status=error.status_code,
            code=str(getattr(error, "default_code", "error")),
            title=str(error.default_detail),
            detail=str(error.detail),
        )
        if getattr(error, "wait", None):
            response["Retry-After"] = str(int(error.wait))  # type: ignore[attr-defined]
        return response
    return None


def _walk(details: Any, pointer: str) -> Iterator[dict[str, str]]:
    if isinstance(details, dict) and "message" in details and "code" in details:
        yield {"pointer": pointer or "/", "code": str(details["code"]), "detail": str(details["message"])}
    elif isinstance(details, dict):
        for key, value in details.items():
            yield from _walk(value, pointer if key == "non_field_errors" else f"{pointer}/{key}")
    elif isinstance(details, list):
        leaves = all(isinstance(item, dict) and "message" in item for item in details)
        for index, item in enumerate(details):
            yield from _walk(item, pointer if leaves else f"{pointer}/{index}")
