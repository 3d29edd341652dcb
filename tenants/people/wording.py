"""What is said of the roles, and to whom it may concern."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenants.enums import Role
from tenants.people.enums import Notice

GONE = _("This person does not work here any more.")
INVITATION_GONE = _("This invitation is not open any more. Ask whoever invited you for a new one.")
TOO_MANY_INVITATIONS = _("Many invitations were sent from this store today. Try again tomorrow.")
RIGHT_GONE = _("Your role does not allow this any more. Nothing was changed.")
LAST_OWNER = _("A store needs an owner. Hand the store over to somebody first; nothing was changed.")

_MY_STORES = (_("My stores"), "/stores/")
_DASHBOARD = (_("Open dashboard"), "/stores/{slug}/enter/")
_STAFF = (_("See who works there"), "/stores/{slug}/enter/?next=/dashboard/settings/staff/")

Words = str | Promise
# Subject, sentence, what the button says and where it leads.
NOTICES: dict[Notice, tuple[Words, Words, tuple[Words, str]]] = {
    Notice.REMOVED: (
        _("You do not work at %(store)s any more"),
        _(
            "%(by)s has ended your work at %(store)s, and you are logged out there. Your login and your other stores stay"
            " yours. If you think that this is a mistake, answer this mail: it goes to the store."
        ),
        _MY_STORES,
    ),
    Notice.ROLE_CHANGED: (
        _("Your new role at %(store)s: %(role)s"),
        _("%(by)s has given you another role: %(role)s instead of %(before)s."),
        _DASHBOARD,
    ),
    Notice.OWNER_MADE: (
        _("You own %(store)s now"),
        _("%(by)s has handed the store over to you."),
        _DASHBOARD,
    ),
    Notice.OWNER_JOINED: (
        _("%(name)s owns %(store)s now"),
        _(
            "%(by)s has made %(name)s (%(email)s) an owner of the store. If you knew nothing of this, look at once at who"
            " works there, and choose a new password."
        ),
        _STAFF,
    ),
    Notice.JOINED: (
        _("%(name)s works at %(store)s now"),
        _("%(name)s (%(email)s) has followed the invitation. Role: %(role)s."),
        _STAFF,
    ),
    Notice.LEFT: (
        _("%(name)s has left %(store)s"),
        _("%(name)s (%(email)s) has left the store and cannot come in any more. Role until now: %(role)s."),
        _STAFF,
    ),
}

DUTIES: dict[Role, Words] = {
    Role.OWNER: _("May do everything, and alone decides on staff, money and the end of the store."),
    Role.MANAGER: _(
        "Runs the store: orders, products, customers, settings. Not the account that gets the money, the plan, or staff."
    ),
    Role.FULFILLMENT: _("Sees orders and stock, sends parcels, writes notes on orders."),
    Role.SUPPORT: _("Answers customers, and sees their orders and details."),
    Role.MARKETING: _("Changes products and the look, sees customers, figures and recommendations."),
    Role.ANALYST: _("Sees figures, products and recommendations. Changes nothing."),
}
