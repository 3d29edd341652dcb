"""Where somebody who is sent to log in goes on afterwards."""

from core.http import HttpRequest


def page_asked_for(request: HttpRequest) -> str:
    """Return the path of the page; where a form was sent, of the page that it stood on, "" if the browser names none."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    address = request.headers.get("Referer", "").partition("://")[2]
    _host, slash, path = address.partition("#")[0].partition("/")
    return f"/{path.lstrip('/')}" if slash else ""
