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
from integrations.mail.leaving import let_go
from integrations.mail.looks import find_look
from integrations.mail.voices import find_voice

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
    kind: str = "",
    unsubscribe_url: str = "",
) -> bool:
    """Render `{template}.html` and `{template}.txt` in the reader's language and send both as one mail.

    The mail comes from the platform's own address under `from_name`; answers go to `reply_to`. Line ends in names and
    subjects become spaces, so that a store's name can never add a header.
    `kind` says which mail this is where several are made from one template.
    `unsubscribe_url` is where a POST alone ends such mails: mail programs draw a button for it (RFC 8058).
    What the store has said of this mail (`integrations.mail.voices`) comes before what the caller says.
    A mail that the store has switched off, or that a guard objects to (a sandbox writes to no shopper), is dropped, and
    the log says so; return whether it left.
    Raises: OSError when the mail server or provider does not take it; the task is then tried again.
    """
    collected = _collected.get()
    voice = find_voice(kind or template, language=language, to=to)
    if collected is None and not (voice.is_on and may_write_to(to)):
        logger.info("a mail made from %s was withheld", template)
        return False
    from_name, reply_to = voice.from_name or from_name, voice.reply_to or reply_to
    with translation.override(language):
        words = {"look": find_look(), **context, "subject": subject, "language": language, "own_words": voice.words}
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
        headers={"Auto-Submitted": "auto-generated", **_leaving(unsubscribe_url)},
    )
    mail.attach_alternative(html, "text/html")
    if collected is not None:
        collected.append(mail)
        return True
    return let_go(mail)


def _leaving(url: str) -> dict[str, str]:
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if url else {}


def _one_line(text: str) -> str:
    return " ".join(text.split())
