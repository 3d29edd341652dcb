"""CSRF: Django's token, or for forms of shared pages the browser's own word that the form stands on this very origin."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.middleware.csrf import CsrfViewMiddleware

from core.http import HttpRequest

_MARKED = "shopstead.same_origin_form"

View = TypeVar("View", bound=Callable[..., Any])


def same_origin_form(view: View) -> View:
    """Mark a view whose form stands on pages that hold no token, because they are the same for everybody."""
    view.same_origin_form = True  # type: ignore[attr-defined]
    return view


class CsrfMiddleware(CsrfViewMiddleware):
    """Django's check, which a marked view also passes by `Sec-Fetch-Site: same-origin` or, from older browsers, by `Origin`.

    Neither can be set by a page's script (https://fetch.spec.whatwg.org/#forbidden-request-header). A neighbor's store is of the
    same site and of another origin: `same-site` is refused. A request that says neither needs the token, like everywhere.
    """

    def process_view(self, request: Any, callback: Any, callback_args: Any, callback_kwargs: Any) -> Any:
        request.META[_MARKED] = _is_marked(callback)
        return super().process_view(request, callback, callback_args, callback_kwargs)

    def _check_token(self, request: Any) -> None:
        if request.META.get(_MARKED) and self._is_from_this_origin(request):
            return
        super()._check_token(request)  # type: ignore[misc]

    def _is_from_this_origin(self, request: HttpRequest) -> bool:
        """Tell whether the browser says that the form stands on this host; silence is a no."""
        site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
        if site is not None and site != "same-origin":
            return False
        if origin is not None and not self._origin_verified(request):  # type: ignore[attr-defined]
            return False
        return site is not None or origin is not None


def _is_marked(view: Callable[..., Any]) -> bool:
    inner: Any = view
    while inner is not None:
        if getattr(inner, "same_origin_form", False):
            return True
        inner = getattr(inner, "__wrapped__", None)
    return False
