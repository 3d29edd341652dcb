"""What the current store says of a mail that is about to leave."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from core.tenancy import PUBLIC, current_schema
from integrations.mail.voices import MailVoice
from storefront.notifications.kinds import KINDS, SHOPPER
from storefront.notifications.selectors import find_unreachable, find_words, get_mail_settings

# By template, and by key where several are made from one.
_KNOWN = {kind.template: kind for kind in KINDS} | {kind.key: kind for kind in KINDS}

_tried: ContextVar[str | None] = ContextVar("tried", default=None)


@contextmanager
def trying(words: str | None) -> Iterator[None]:
    """Make mails inside the block with this sentence in place of the one that is kept; None keeps it."""
    token = _tried.set(words)
    try:
        yield
    finally:
        _tried.reset(token)


def find_mail_voice(name: str, language: str, to: str) -> MailVoice | None:
    """Return what the store says of a mail of its own; None of another's. One query, two for a letter."""
    kind = _KNOWN.get(name)
    if kind is None or current_schema() == PUBLIC:
        return None
    kept, tried = get_mail_settings(), _tried.get()
    is_on = bool(kind.fixed) or kind.key not in kept.off
    if kind.is_letter and find_unreachable(to) is not None:
        is_on = False
    if kind.audience != SHOPPER:
        return MailVoice(is_on=is_on)
    words = find_words(kept, kind=kind.key, language=language) if tried is None else tried
    return MailVoice(is_on=is_on, words=words, from_name=kept.sender_name, reply_to=_address(kept.reply_to))


def _address(text: str) -> str:
    """Return an address, empty where a row that no form of ours wrote says something else: a mail must not fail over it."""
    try:
        validate_email(text)
    except ValidationError:
        return ""
    return text
