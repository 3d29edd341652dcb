"""The one error of the frames."""


class FrameError(ValueError):
    """A frame or an argument is not what the function asks for."""
