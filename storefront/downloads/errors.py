"""What can go wrong with files that are sold."""

from core.errors import InvalidInput, NotFound


class FileRefused(InvalidInput):
    code = "file_refused"


class DownloadNotFound(NotFound):
    code = "download_not_found"


class DownloadRefused(NotFound):
    """The link was right once: its time, its number of downloads or its order has ended."""

    code = "download_refused"
    status = 410
