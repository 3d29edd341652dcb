"""What became of a mail after it had left; published inside the schema of the store that sent it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MailReturned:
    """Mails to this address do not arrive, or its owner called one of them spam; `words` are the mail server's."""

    email: str
    is_complaint: bool
    words: str
    now: datetime
