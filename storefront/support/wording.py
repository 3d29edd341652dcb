"""What every message must be: some words, not too many, nothing a text column refuses."""

from django.utils.translation import gettext_lazy as _

from storefront.support.errors import MessageRefused

LONGEST_MESSAGE = 5_000
SUBJECT_LENGTH = 80
SHORTEST_SUBJECT = 8


def check_body(body: str) -> str:
    """Return the message without blank ends and with plain line ends.

    Raises: MessageRefused when nothing is left, or more than 5,000 characters.
    """
    text = body.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()
    if not text:
        raise MessageRefused(_("Write a few words first. Nothing was sent."), field="body")
    if len(text) > LONGEST_MESSAGE:
        raise MessageRefused(
            _("This is longer than 5,000 characters (%(count)s). Shorten it, then send it again; nothing was sent.")
            % {"count": len(text)},
            field="body",
        )
    return text


def derive_subject(body: str) -> str:
    """Return the first line of a message, or its first sentence, as its subject."""
    line = body.strip().splitlines()[0].strip()
    if len(line) <= SUBJECT_LENGTH:
        return line
    found = [line.find(mark) for mark in ("? ", ". ", "! ", "？", "。", "！")]
    ends = [place + 1 for place in found if SHORTEST_SUBJECT < place < SUBJECT_LENGTH]
    return line[: min(ends)].strip() if ends else f"{line[: SUBJECT_LENGTH - 1].rstrip()}…"
