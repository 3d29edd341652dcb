"""What can be wrong with content."""

from core.errors import InvalidInput, LimitReached, NotFound


class PageNotFound(NotFound):
    code = "page_not_found"


class PostNotFound(NotFound):
    code = "post_not_found"


class ContentRefused(InvalidInput):
    code = "content_refused"


class RedirectRefused(InvalidInput):
    code = "redirect_refused"


class MenuRefused(InvalidInput):
    code = "menu_refused"


class TooManySignUps(LimitReached):
    code = "too_many_sign_ups"
    status = 429
