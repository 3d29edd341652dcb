"""What is said of the roles, and to whom it may concern."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenants.enums import Role

GONE = _("This person does not work here any more.")
INVITATION_GONE = _("This invitation is not open any more. Ask whoever invited you for a new one.")
LAST_OWNER = _("A store needs an owner. Hand the store over to somebody first; nothing was changed.")

DUTIES: dict[Role, str | Promise] = {
    Role.OWNER: _("May do everything, and alone decides on staff, money and the end of the store."),
    Role.MANAGER: _(
        "Runs the store: orders, products, customers, settings. Not the account that gets the money, the plan, or staff."
    ),
    Role.FULFILLMENT: _("Sees orders and stock, sends parcels, writes notes on orders."),
    Role.SUPPORT: _("Answers customers, and sees their orders and details."),
    Role.MARKETING: _("Changes products and the look, sees customers, figures and recommendations."),
    Role.ANALYST: _("Sees figures, products and recommendations. Changes nothing."),
}
