"""The states of a store and the roles of its people."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class TenantState(models.TextChoices):
    """Only a ready store is served, scheduled and migrated."""

    PROVISIONING = "provisioning", _("Being made")
    READY = "ready", _("Ready")
    SUSPENDED = "suspended", _("Suspended")
    DELETING = "deleting", _("Being deleted")
    DELETED = "deleted", _("Deleted")


TRANSITIONS: dict[TenantState, tuple[TenantState, ...]] = {
    TenantState.PROVISIONING: (TenantState.READY, TenantState.DELETING),
    TenantState.READY: (TenantState.SUSPENDED, TenantState.DELETING),
    TenantState.SUSPENDED: (TenantState.READY, TenantState.DELETING),
    TenantState.DELETING: (TenantState.DELETED,),
    TenantState.DELETED: (),
}


class Role(models.TextChoices):
    OWNER = "owner", pgettext_lazy("role", "Owner")
    STAFF = "staff", pgettext_lazy("role", "Staff")


class ProvisioningStep(models.TextChoices):
    """What has been done for a new store; each step can be repeated without harm."""

    ROW = "row", _("Address reserved")
    SCHEMA = "schema", _("Database made")
    SEED = "seed", _("Store furnished")
    DONE = "done", _("Doors open")
