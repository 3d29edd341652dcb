"""Make drafts, send them, have them paid, end them."""

from storefront.drafts.services.copying import copy_draft, draft_order
from storefront.drafts.services.ending import call_off_second, cancel_draft, close_expired, extend_draft
from storefront.drafts.services.mailing import mail_link, send_link
from storefront.drafts.services.paying import mark_draft_paid, pay_draft
from storefront.drafts.services.saving import DraftFacts, save_draft

__all__ = [
    "DraftFacts",
    "call_off_second",
    "cancel_draft",
    "close_expired",
    "copy_draft",
    "draft_order",
    "extend_draft",
    "mail_link",
    "mark_draft_paid",
    "pay_draft",
    "save_draft",
    "send_link",
]
