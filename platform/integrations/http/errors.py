"""Why something was not fetched; each message is safe to show to the merchant who named the address.

FetchFailed
├── AddressRefused    the address may not be asked: not the web, or inside a network that is nobody's business
├── NotAnswered       no such name, nobody there, too slow, or a broken answer
├── RefusedThere      the server answered, but not with the file: 403, 404, 500 …
└── NotWanted         too large or of the wrong kind
"""

from typing import ClassVar

from core.errors import InvalidInput


class FetchFailed(InvalidInput):
    """`may_work_later` tells whether asking once more has a point."""

    code: ClassVar[str] = "fetch_failed"
    may_work_later: ClassVar[bool] = False


class AddressRefused(FetchFailed):
    code = "address_refused"


class NotAnswered(FetchFailed):
    code = "not_answered"
    may_work_later = True


class RefusedThere(FetchFailed):
    code = "refused_there"


class NotWanted(FetchFailed):
    code = "not_wanted"
