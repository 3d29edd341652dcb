"""Look at the mails of a store before anybody gets one."""

import copy
from dataclasses import dataclass
from datetime import datetime
from email.header import decode_header, make_header
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core.limits import AttemptLimit
from core.tenancy import current_tenant, in_tenant
from integrations.mail.services import collecting
from storefront.notifications.errors import KindNotFound, TestRefused
from storefront.notifications.kinds import KINDS, STAFF, Kind
from storefront.notifications.samples import make_sample
from storefront.notifications.services.saying import clean_words
from storefront.notifications.voices import trying

TESTS = AttemptLimit("test_mail", {"person": 20})


@dataclass(frozen=True, slots=True)
class Preview:
    """A mail as it would leave."""

    subject: str
    sender: str
    reply_to: str
    text: str
    html: str


def get_kind(key: str) -> Kind:
    """Return the kind of mail with this key.

    Raises: KindNotFound.
    """
    found = next((kind for kind in KINDS if kind.key == key), None)
    if found is None:
        raise KindNotFound(_("There is no such mail."))
    return found


def preview_mail(*, kind: Kind, language: str, now: datetime, words: str | None = None) -> Preview:
    """Return the mail in a language as the store would send it, made by what sends it; nothing of it stays or leaves.

    `words` are tried in place of the store's own sentence.
    """
    mail = _make(kind, language, now, words)
    html = str(next((content for content, mimetype in mail.alternatives if mimetype == "text/html"), ""))
    return Preview(
        subject=str(mail.subject),
        sender=str(make_header(decode_header(mail.from_email))),
        reply_to=", ".join(mail.reply_to),
        text=str(mail.body),
        html=html,
    )


def send_test(*, kind: Kind, language: str, to: str, now: datetime, words: str | None = None) -> None:
    """Send the mail to the person who looks at it; its buttons lead to what is not there.

    Raises: TestRefused for the 21st in a quarter of an hour; OSError where the mail server does not take it.
    """
    if TESTS.count(person=to):
        raise TestRefused(_("That was often. Try again in 15 minutes."))
    mail = _make(kind, language, now, words)
    with translation.override(language):
        subject = translation.gettext("[Test] %(subject)s") % {"subject": mail.subject}
    mail.subject, mail.to, mail.reply_to = subject, [to], []
    mail.send()


def _make(kind: Kind, language: str, now: datetime, words: str | None) -> EmailMultiAlternatives:
    """Make the mail from rows that are written and taken back; the store speaks the language where the mail is for its staff."""
    tenant: Any = current_tenant()
    if kind.audience == STAFF and language != tenant.language:
        tenant = copy.copy(tenant)
        tenant.language = language
    with in_tenant(tenant, any_state=True), translation.override(language), collecting() as mails, transaction.atomic():
        with trying(None if words is None else clean_words(words)):
            kind.make(make_sample(language=language, now=now))
        transaction.set_rollback(True)
    if not mails:
        raise KindNotFound(_("There is no such mail."))
    return mails[-1]
