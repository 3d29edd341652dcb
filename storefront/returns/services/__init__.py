"""Take withdrawals and returns, and see them through."""

from storefront.returns.services.answering import approve_return, call_off_return, refuse_return
from storefront.returns.services.asking import SHOPPER, ReturnRequest, ask_return
from storefront.returns.services.exchanging import Exchanged, exchange_return, free_exchange
from storefront.returns.services.giving_back import close_return, refund_return
from storefront.returns.services.labels import LARGEST_LABEL, remove_label
from storefront.returns.services.mailing import mail_return, mail_return_notice
from storefront.returns.services.photos import MOST_PHOTOS, remove_photos
from storefront.returns.services.receiving import Arrived, receive_return
from storefront.returns.services.withdrawing import (
    declare_withdrawal,
    finish_withdrawal,
    mail_confirmation,
    mail_notice,
    save_terms,
)

__all__ = [
    "LARGEST_LABEL",
    "MOST_PHOTOS",
    "SHOPPER",
    "Arrived",
    "Exchanged",
    "ReturnRequest",
    "approve_return",
    "ask_return",
    "call_off_return",
    "close_return",
    "declare_withdrawal",
    "exchange_return",
    "finish_withdrawal",
    "free_exchange",
    "mail_confirmation",
    "mail_notice",
    "mail_return",
    "mail_return_notice",
    "receive_return",
    "refund_return",
    "refuse_return",
    "remove_label",
    "remove_photos",
    "save_terms",
]
