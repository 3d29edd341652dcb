"""Who acts, for whom, from where: carried beside the work, so that what is logged names them without being told."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, or a machine with a name and no number.

    `support_user_id` and `support_name` are the platform's person who looks through the eyes of `user_id`. `route` is the
    name of the address that was asked for.
    """

    name: str = ""
    user_id: int | None = None
    support_user_id: int | None = None
    support_name: str = ""
    role: str = ""
    address: str = ""
    request_id: str = ""
    route: str = ""


_NOBODY = Actor()
_current: ContextVar[Actor] = ContextVar("actor")


def current_actor() -> Actor:
    """Return who acts now; all is empty where nobody has said."""
    return _current.get(_NOBODY)


@contextmanager
def acting(**facts: Any) -> Iterator[Actor]:
    """Run the block with these facts of the actor changed; the fields of `Actor` are the names that may be given."""
    token = _current.set(replace(_current.get(_NOBODY), **facts))
    try:
        yield _current.get(_NOBODY)
    finally:
        _current.reset(token)


def note_route(route: str) -> None:
    """Add the address's name as soon as it is known; it is forgotten with the block around."""
    _current.set(replace(_current.get(_NOBODY), route=route))
