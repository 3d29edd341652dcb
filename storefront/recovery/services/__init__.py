"""Look for carts left behind, remind their shoppers once, bring the carts back."""

from storefront.recovery.services.finding import find_left_carts
from storefront.recovery.services.refusing import answer_at_checkout, open_stop, refuse_reminders
from storefront.recovery.services.reminding import send_reminder
from storefront.recovery.services.returning import Returned, bring_back, open_reminder
from storefront.recovery.services.settings import save_settings

__all__ = [
    "Returned",
    "answer_at_checkout",
    "bring_back",
    "find_left_carts",
    "open_reminder",
    "open_stop",
    "refuse_reminders",
    "save_settings",
    "send_reminder",
]
