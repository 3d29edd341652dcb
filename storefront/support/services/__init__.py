"""Change conversations; each module holds one part of their life."""

from storefront.support.services.answering import (
    add_note,
    add_reply,
    mark_spam,
    reopen,
    set_label,
    solve,
)
from storefront.support.services.asking import add_customer_message, open_conversation
from storefront.support.services.classifying import classify_conversation
from storefront.support.services.mailing import mail_question, mail_reply

__all__ = [
    "add_customer_message",
    "add_note",
    "add_reply",
    "classify_conversation",
    "mail_question",
    "mail_reply",
    "mark_spam",
    "open_conversation",
    "reopen",
    "set_label",
    "solve",
]
