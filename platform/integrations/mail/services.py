"""Write a mail from templates and hand it to the mail server; call it from tasks only."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from integrations.mail.guards import may_write_to
from integrations.mail.looks import find_look

logger = logging.getLogger(__name__)

_collected: ContextVar[list[EmailMultiAlternatives] | None] = ContextVar("collected", default=None)


@contextmanager
def collecting() -> Iterator[list[EmailMultiAlternatives]]:
    """Yield a list that takes the mails which the block would have sent; none of them leaves."""
    mails: list[EmailMultiAlternatives] = []
    token = _collected.set(mails)
    try:
        yield mails
    finally:
        _collected.reset(token)


def send_mail(
    *,
    to: str,
    subject: str,
    template: str,
    context: dict[str, Any],
    language: str,
    from_name: str = "",
    reply_to: str | None = None,
) -> None:
    """Render `{template}.html` and `{template}.txt` in the reader's language and send both as one mail.

    The mail comes from the platform's own address under `from_name`; answers go to `reply_to`. Line ends in names and
    subjects become spaces, so that a store's name can never add a header.
    A mail that a guard objects to (a sandbox writes to no shopper) is dropped, and the log says so.
    Raises: OSError or SMTPException when the mail server does not take it; the task is then tried again.
    """
    collected = _collected.get()
    if collected is None and not may_write_to(to):
        logger.info("a mail made from %s was withheld", template)
        return
    with translation.override(language):
        words = {"look": find_look(), **context, "subject": subject, "language": language}
        # Plain, for nothing in it is escaped, whatever the template engine says of it: a page that shows it escapes it.
        text = render_to_string(f"{template}.txt", words) + ""
        html = render_to_string(f"{template}.html", words)
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    mail = EmailMultiAlternatives(
        subject=_one_line(subject),
        body=text,
        from_email=formataddr((_one_line(from_name) or name, address)),
        to=[to],
        reply_to=[reply_to] if reply_to else None,
        headers={"Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(html, "text/html")
    if collected is not None:
        collected.append(mail)
    else:
        mail.send()


def _one_line(text: str) -> str:
    return " ".join(text.split())
