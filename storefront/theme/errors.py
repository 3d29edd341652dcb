"""What can be wrong with a look."""

from core.errors import Conflict, InvalidInput, NotFound


class ColorRefused(InvalidInput):
    """`better` is a shade of the same color that would do, `#rrggbb` or empty."""

    code = "color_refused"

    def __init__(self, message: str, *, field: str, better: str = "") -> None:
        super().__init__(message, field=field)
        self.better = better


class LookRefused(InvalidInput):
    """`errors` says what is wrong by the path of the setting: `accent`, `sections.3.title`, …; `better` offers colors."""

    code = "look_refused"

    def __init__(self, errors: dict[str, str], better: dict[str, str] | None = None) -> None:
        super().__init__("; ".join(errors.values()), field=next(iter(errors)))
        self.errors = errors
        self.better = better or {}


class VersionNotFound(NotFound):
    code = "theme_version_not_found"


class DraftChanged(Conflict):
    """Somebody else kept a draft since the page was asked for."""

    code = "draft_changed"


class NothingToPublish(Conflict):
    code = "nothing_to_publish"
