"""Look at the mails of a store, and say what is said of them."""

from storefront.notifications.services.looking import Preview, get_kind, preview_mail, send_test
from storefront.notifications.services.reaching import forget_address, note_unreachable, try_again
from storefront.notifications.services.saying import clean_words, save_mail, save_sender

__all__ = [
    "Preview",
    "clean_words",
    "forget_address",
    "get_kind",
    "note_unreachable",
    "preview_mail",
    "save_mail",
    "save_sender",
    "send_test",
    "try_again",
]
