"""Pages of an API list by cursor: stable while rows come and go, and no page is counted."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView


class CursorPages(CursorPagination):
    """Answer `{"data": […], "next_cursor": "…" | null}` and a `Link` header with rel="next" (RFC 8288).

    `?limit=` takes 1 to 200, 50 without it; a broken cursor is 404.
    """

    page_size = 50
    max_page_size = 200
    page_size_query_param = "limit"
    cursor_query_param = "cursor"
    ordering = "-id"
    invalid_cursor_message = _("This cursor is not one of ours. Start again without it.")  # type: ignore[assignment]

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any] | None:
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValueError, ValidationError) as error:
            # A forged cursor may hold words where the column holds a number or a time.
            raise NotFound(self.invalid_cursor_message) from error

    def next_cursor(self) -> str | None:
        """Return the cursor of the next page, or None on the last one."""
        return self._cursor_of(self.get_next_link())

    def get_paginated_response(self, data: Any) -> Response:
        following = self.next_cursor()
        response = Response({"data": data, "next_cursor": following})
        if following is not None:
            address = replace_query_param(str(self.base_url), self.cursor_query_param, following)
            response["Link"] = f'<{address}>; rel="next"'
        return response

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["data", "next_cursor"],
            "properties": {"data": schema, "next_cursor": {"type": "string", "nullable": True}},
        }

    def _cursor_of(self, link: str | None) -> str | None:
        if link is None:
            return None
        return parse_qs(urlsplit(link).query)[self.cursor_query_param][0]
