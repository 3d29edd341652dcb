"""A finished mail on its way out: with a name by which the same one is known again, by whoever carries it."""

import re
from smtplib import SMTPRecipientsRefused
from typing import Any

from anymail.exceptions import AnymailError, AnymailRecipientsRefused
from celery import current_task
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.crypto import salted_hmac

from core.tenancy import PUBLIC, current_schema
from integrations.mail.providers import PROVIDERS
from integrations.mail.returns import STORE, tell_returned

# What a server says of a recipient's mailbox (RFC 3463; 5.1.10: RFC 7505). 5.1.7 and 5.1.8 speak of our sender, and
# servers say 5.1.0 of senders too.
_NO_MAILBOX = frozenset({1, 2, 3, 4, 5, 6, 10})


class MailNotTaken(OSError):
    """The provider did not take the mail; it is tried again like one that a mail server did not take."""


def let_go(mail: EmailMultiAlternatives) -> bool:
    """Hand a mail over and return whether it was taken; an address that does not exist is told to the store.

    A task that is run again, because its worker was killed before it had written down that it was done, sends the same
    mail again (rather twice than never); both have one Message-ID, so that mailboxes can tell that they are one.
    Raises: OSError, which SMTPException and MailNotTaken are.
    """
    schema_name, to = current_schema(), mail.to[0]
    mail.extra_headers.update(_headers(mail))
    if schema_name != PUBLIC:
        mail.metadata = {STORE: schema_name}  # type: ignore[attr-defined]  # Anymail's; a mail server never sees it.
    try:
        mail.send()
    except (AnymailRecipientsRefused, SMTPRecipientsRefused) as error:
        if schema_name == PUBLIC or not _is_for_good(error, to):
            raise MailNotTaken(str(error)) from error
        tell_returned(email=to, is_complaint=False, words=str(error))
        return False
    except AnymailError as error:
        raise MailNotTaken(str(error)) from error
    return True


def _headers(mail: EmailMultiAlternatives) -> dict[str, str]:
    provider = PROVIDERS.get(settings.MAIL_PROVIDER)
    headers = dict(provider.headers) if provider else {}
    task: Any = current_task
    if task and task.request.id:
        named = "\0".join([str(task.request.id), mail.to[0], str(mail.subject)])
        name = salted_hmac("integrations.mail", named, algorithm="sha256").hexdigest()[:40]
        headers["Message-ID"] = f"<{name}@{settings.BASE_DOMAIN}>"
    return headers


def _is_for_good(error: Exception, to: str) -> bool:
    """Tell whether there is no such mailbox; whatever else is refused may be taken later."""
    if not isinstance(error, SMTPRecipientsRefused):
        return True
    code, words = error.recipients.get(to, (0, b""))
    said = re.match(rb"5\.1\.(\d{1,3})(?!\d)", words)
    return 500 <= code < 600 and said is not None and int(said[1]) in _NO_MAILBOX
