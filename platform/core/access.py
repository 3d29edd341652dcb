"""What a page of the dashboard asks of whoever opens it, written on the page itself; a page that says nothing stays closed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Access:
    """The permission that looking needs and the one that changing needs; None asks for a place in the store alone."""

    see: str | None
    change: str | None

    def needed_for(self, method: str | None) -> str | None:
        return self.see if method in SAFE_METHODS else self.change


def needs(permission: str, *, change: str | None = None) -> Callable[[View], View]:
    """Mark a view, or a class of views, with the permission it needs; `change` is for all but GET, HEAD and OPTIONS."""
    return _mark(Access(permission, change or permission))


def any_member(view: View) -> View:
    """Mark a view that everybody with a place in the store may use."""
    return _mark(Access(None, None))(view)


def leaves_no_trace(view: View) -> View:
    """Mark a view that is asked without anybody's doing, such as by a page that is open: the store's log has no line of it."""
    view.leaves_no_trace = True  # type: ignore[attr-defined]
    return view


def find_access(view: Callable[..., Any]) -> Access | None:
    """Return the mark of a view, of the class it is made from, or of what a decorator has wrapped; None without one."""
    inner: Any = view
    while inner is not None:
        for marked in (inner, getattr(inner, "view_class", None), getattr(inner, "cls", None)):
            found = getattr(marked, "access", None)
            if isinstance(found, Access):
                return found
        inner = getattr(inner, "__wrapped__", None)
    return None


def _mark(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]
        return view

    return mark
