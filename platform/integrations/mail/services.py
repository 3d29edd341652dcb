"""Write a mail from templates and hand it to the mail server; call it from tasks only."""

from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation


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

    Raises: OSError or SMTPException when the mail server does not take it; the task is then tried again.
    """
    with translation.override(language):
        words = {**context, "subject": subject, "language": language}
        text = render_to_string(f"{template}.txt", words)
        html = render_to_string(f"{template}.html", words)
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    mail = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=text,
        from_email=formataddr((from_name, address)) if from_name else settings.DEFAULT_FROM_EMAIL,
        to=[to],
        reply_to=[reply_to] if reply_to else None,
    )
    mail.attach_alternative(html, "text/html")
    mail.send()
