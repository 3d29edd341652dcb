"""Who may be written to at all: parts that know better than a task may keep a mail from going out."""

from collections.abc import Callable

Guard = Callable[[str], bool]

_guards: list[Guard] = []


def add_guard(guard: Guard) -> None:
    """Ask `guard(address)` before every mail; add it in `AppConfig.ready()`."""
    if guard not in _guards:
        _guards.append(guard)


def may_write_to(address: str) -> bool:
    """Tell whether no guard objects; one that fails, objects."""
    return all(guard(address) for guard in _guards)
