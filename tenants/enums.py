"""The states of a store and the roles of its people."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class TenantState(models.TextChoices):
    """Only stores of WORKING_STATES are served, scheduled and migrated."""

    PROVISIONING = "provisioning", _("Being made")
    READY = "ready", _("Ready")
    CHECKOUT_OFF = "checkout_off", _("Checkout closed")
    SUSPENDED = "suspended", _("Suspended")
    DELETING = "deleting", _("Being deleted")
    DELETED = "deleted", _("Deleted")


# Open for browsing and for work; in the second nothing can be bought.
WORKING_STATES = (TenantState.READY, TenantState.CHECKOUT_OFF)

# The only states of a store whose making never came to its end.
UNFINISHED_STATES = (TenantState.PROVISIONING, TenantState.DELETED)

TRANSITIONS: dict[TenantState, tuple[TenantState, ...]] = {
    TenantState.PROVISIONING: (TenantState.READY, TenantState.DELETED),
    TenantState.READY: (TenantState.CHECKOUT_OFF, TenantState.SUSPENDED, TenantState.DELETING),
    TenantState.CHECKOUT_OFF: (TenantState.READY, TenantState.SUSPENDED, TenantState.DELETING),
    TenantState.SUSPENDED: (TenantState.READY, TenantState.CHECKOUT_OFF, TenantState.DELETING),
    TenantState.DELETING: (TenantState.READY, TenantState.SUSPENDED, TenantState.DELETED),
    TenantState.DELETED: (),
}


class Role(models.TextChoices):
    """What a person is in a store; `tenants.people.permissions` says what each may do."""

    OWNER = "owner", pgettext_lazy("role", "Owner")
    MANAGER = "manager", pgettext_lazy("role", "Manager")
    FULFILLMENT = "fulfillment", pgettext_lazy("role", "Fulfillment")
    SUPPORT = "support", pgettext_lazy("role", "Support")
    MARKETING = "marketing", pgettext_lazy("role", "Marketing")
    ANALYST = "analyst", pgettext_lazy("role", "Analyst")


class ProvisioningStep(models.TextChoices):
    """What has been done for a new store; each step can be repeated without harm."""

    ROW = "row", _("Address reserved")
    SCHEMA = "schema", _("Database made")
    SEED = "seed", _("Store furnished")
    DONE = "done", _("Doors open")
