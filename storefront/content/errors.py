"""What can be wrong with pages."""

from core.errors import NotFound


class PageNotFound(NotFound):
    code = "page_not_found"
