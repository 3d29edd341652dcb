"""What may be asked of the domain name system, and what it may answer."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Reply(StrEnum):
    """`UNANSWERED` is a question without an answer, which is no answer: nothing may be concluded from it."""

    FOUND = "found"
    NO_RECORD = "no_record"
    NO_NAME = "no_name"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class Texts:
    """The TXT records of a name, each with its strings joined (RFC 1035 3.3.14 has several of at most 255 bytes)."""

    reply: Reply
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Addresses:
    """The IPv4 and IPv6 addresses of a name, in order, and the name that its aliases (CNAME) end at."""

    reply: Reply
    addresses: tuple[str, ...] = ()
    canonical_name: str = ""


class Resolver(Protocol):
    """Asks; never raises for what the domain name system may say or fail to say."""

    def find_texts(self, name: str) -> Texts: ...

    def find_addresses(self, name: str) -> Addresses: ...
