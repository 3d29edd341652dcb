"""What can be wrong with a look."""

from core.errors import InvalidInput


class ColorRefused(InvalidInput):
    code = "color_refused"
