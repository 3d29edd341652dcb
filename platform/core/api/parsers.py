"""Read JSON as plain data or refuse it."""

from typing import Any

from rest_framework import exceptions
from rest_framework.parsers import JSONParser


class PlainJSONParser(JSONParser):
    """JSON whose nesting Python can follow; brackets by the thousand are no request of anybody's."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise exceptions.ParseError() from error
