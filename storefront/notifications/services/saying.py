"""Say which mails go out, in whose name, and with which words of the store's own."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from storefront.notifications.errors import MailRefused
from storefront.notifications.kinds import SHOPPER, Kind
from storefront.notifications.locks import lock_mail_settings
from storefront.notifications.models import MailSettings

LONGEST_WORDS = 300
LONGEST_NAME = 60
# A name with an address in it would look like somebody else's mail.
_LOOKS_LIKE_AN_ADDRESS = re.compile(r"[@<>\"]")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def save_mail(*, kind: Kind, language: str, is_on: bool, words: str) -> MailSettings:
    """Switch a mail on or off, and say a sentence in it in one language; an empty one takes it out.

    Raises: MailRefused for a switch that this mail does not have, or words that are too long.
    """
    words = clean_words(words)
    if not is_on and kind.fixed:
        raise MailRefused(_("This mail cannot be switched off. %(reason)s") % {"reason": kind.fixed}, field="is_on")
    if words and kind.audience != SHOPPER:
        raise MailRefused(_("Your own words are for mails to shoppers."), field="words")
    with transaction.atomic():
        kept = lock_mail_settings()
        kept.off = sorted({*kept.off, kind.key} if not is_on else {*kept.off} - {kind.key})
        said = {**kept.words.get(kind.key, {}), language: words}
        said = {code: text for code, text in said.items() if text}
        kept.words = {**kept.words, kind.key: said}
        if not said:
            del kept.words[kind.key]
        kept.save()
    return kept


def save_sender(*, sender_name: str, reply_to: str) -> MailSettings:
    """Say who signs the mails to shoppers and who gets their answers; empty is the store's name and contact address.

    Raises: MailRefused.
    """
    sender_name, reply_to = _one_line(sender_name), reply_to.strip()
    if len(sender_name) > LONGEST_NAME or _LOOKS_LIKE_AN_ADDRESS.search(sender_name):
        raise MailRefused(_("Write a name of up to 60 letters, without @, <, > or quotes."), field="sender_name")
    if reply_to:
        try:
            validate_email(reply_to)
        except ValidationError as error:
            raise MailRefused(_("Write one e-mail, such as help@example.com."), field="reply_to") from error
    with transaction.atomic():
        kept = lock_mail_settings()
        kept.sender_name, kept.reply_to = sender_name, reply_to
        kept.save()
    return kept


def clean_words(text: str) -> str:
    """Return a sentence as it stands in a mail: plain, in one line.

    Raises: MailRefused for more than 300 letters.
    """
    words = _one_line(text)
    if len(words) > LONGEST_WORDS:
        raise MailRefused(_("Write at most 300 letters."), field="words")
    return words


def _one_line(text: str) -> str:
    return " ".join(_UNSEEN.sub(" ", text).split())
