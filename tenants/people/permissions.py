"""What may be done in a store, and the one table of who may do it."""

import logging

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenants.enums import Role

logger = logging.getLogger(__name__)


class Permission(models.TextChoices):
    """A right in a store, named by what it is about and what it lets one do; the label goes on with “may”."""

    ORDERS_VIEW = "orders.view", _("see orders")
    ORDERS_FULFILL = "orders.fulfill", _("send parcels and take them back")
    ORDERS_NOTE = "orders.note", _("write notes on orders")
    ORDERS_EDIT = "orders.edit", _("cancel orders and mark them as paid")
    REFUNDS_CREATE = "refunds.create", _("give money back")
    PRODUCTS_VIEW = "products.view", _("see products and stock")
    PRODUCTS_EDIT = "products.edit", _("change products, prices and stock")
    DISCOUNTS_VIEW = "discounts.view", _("see discounts")
    DISCOUNTS_EDIT = "discounts.edit", _("make and change discounts")
    REVIEWS_EDIT = "reviews.edit", _("publish, reject and answer reviews")
    CUSTOMERS_VIEW = "customers.view", _("see customers")
    CUSTOMERS_EDIT = "customers.edit", _("change customers")
    SUPPORT_VIEW = "support.view", _("read customers’ questions")
    SUPPORT_REPLY = "support.reply", _("answer customers’ questions")
    ANALYTICS_VIEW = "analytics.view", _("see sales figures and reports")
    RECOMMENDATIONS_VIEW = "recommendations.view", _("see recommendations")
    RECOMMENDATIONS_EDIT = "recommendations.edit", _("train and change recommendations")
    CONTENT_EDIT = "content.edit", _("change pages and collections")
    THEME_EDIT = "theme.edit", _("change the look of the store")
    IMPORTS_RUN = "imports.run", _("import and export products, stock, customers and orders")
    JOBS_EDIT = "jobs.edit", _("stop work that is running")
    SETTINGS_VIEW = "settings.view", _("see the settings")
    SETTINGS_EDIT = "settings.edit", _("change the store’s facts and delivery")
    PAYMENTS_VIEW = "payments.view", _("see how customers pay")
    PAYMENTS_EDIT = "payments.edit", _("connect the account that receives the money")
    CREDITS_VIEW = "credits.view", _("see gift cards and store credit")
    CREDITS_EDIT = "credits.edit", _("issue gift cards and change what is on them")
    BILLING_VIEW = "billing.view", _("see the plan and its invoices")
    BILLING_EDIT = "billing.edit", _("choose and pay for the plan")
    DOMAINS_EDIT = "domains.edit", _("change the store’s addresses")
    STAFF_VIEW = "staff.view", _("see who works here")
    STAFF_EDIT = "staff.edit", _("invite people, change roles and remove people")
    AUDIT_VIEW = "audit.view", _("see who did what")
    STORE_EXPORT = "store.export", _("take the whole store out as a file")
    STORE_DELETE = "store.delete", _("close the store for good")


_OF_THE_OWNER = frozenset(
    {
        Permission.PAYMENTS_EDIT,
        Permission.BILLING_EDIT,
        Permission.STAFF_EDIT,
        Permission.STORE_EXPORT,
        Permission.STORE_DELETE,
    }
)

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.MANAGER: frozenset(Permission) - _OF_THE_OWNER,
    Role.FULFILLMENT: frozenset(
        {Permission.ORDERS_VIEW, Permission.ORDERS_FULFILL, Permission.ORDERS_NOTE, Permission.PRODUCTS_VIEW}
    ),
    Role.SUPPORT: frozenset(
        {
            Permission.ORDERS_VIEW,
            Permission.ORDERS_NOTE,
            Permission.PRODUCTS_VIEW,
            Permission.DISCOUNTS_VIEW,
            Permission.REVIEWS_EDIT,
            Permission.CUSTOMERS_VIEW,
            Permission.CUSTOMERS_EDIT,
            Permission.SUPPORT_VIEW,
            Permission.SUPPORT_REPLY,
        }
    ),
    Role.MARKETING: frozenset(
        {
            Permission.PRODUCTS_VIEW,
            Permission.PRODUCTS_EDIT,
            Permission.DISCOUNTS_VIEW,
            Permission.DISCOUNTS_EDIT,
            Permission.REVIEWS_EDIT,
            Permission.CUSTOMERS_VIEW,
            Permission.ANALYTICS_VIEW,
            Permission.RECOMMENDATIONS_VIEW,
            Permission.RECOMMENDATIONS_EDIT,
            Permission.CONTENT_EDIT,
            Permission.THEME_EDIT,
            Permission.JOBS_EDIT,
            Permission.SETTINGS_VIEW,
        }
    ),
    Role.ANALYST: frozenset({Permission.PRODUCTS_VIEW, Permission.ANALYTICS_VIEW, Permission.RECOMMENDATIONS_VIEW}),
}


# What belongs together, as it is shown to people.
_GROUPS: list[tuple[str | Promise, str]] = [
    (_("Orders"), "orders refunds"),
    (_("Products"), "products discounts reviews content imports"),
    (_("Customers"), "customers support"),
    (_("Figures"), "analytics recommendations"),
    (_("Store"), "theme settings domains jobs"),
    (_("Money"), "payments credits billing"),
    (_("People"), "staff audit"),
    (_("The whole store"), "store"),
]


def describe_rights(role: Role) -> list[tuple[str, list[str]]]:
    """Return what a role may do in words, group by group; groups of which it may do nothing are left out."""
    rights = [one for one in Permission if one in PERMISSIONS[role]]
    groups = [
        (str(name), [str(one.label) for one in rights if one.partition(".")[0] in areas.split()])
        for name, areas in _GROUPS
    ]
    return [(name, labels) for name, labels in groups if labels]


def permissions_of(role: str) -> frozenset[str]:
    """Return what a role may do; a role that the table does not know may do nothing, and the log says so."""
    found = PERMISSIONS.get(role)  # type: ignore[call-overload]
    if found is None:
        logger.error("unknown role %r: it may do nothing", role)
        return frozenset()
    return frozenset(permission.value for permission in found)
