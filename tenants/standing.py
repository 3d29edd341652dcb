"""What a store's state means for its people: what is so, why, and what they can do."""

from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from tenants.enums import TenantState
from tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class Standing:
    """A state in words: `tone` and `kind` of the design system's status, a sentence, and one thing to do."""

    label: str
    tone: str
    kind: str
    text: str
    reason: str = ""
    url: str = ""
    action: str = ""


def describe_standing(tenant: Tenant, *, has_trouble: bool = False) -> Standing | None:
    """Return what to say about a store that is not simply open, or None."""
    match TenantState(tenant.state):
        case TenantState.READY:
            return None
        case TenantState.PROVISIONING:
            return _being_made(tenant, has_trouble=has_trouble)
        case TenantState.CHECKOUT_OFF:
            text = _("Your store can be visited, but nothing can be bought there. Everything else works as always.")
            return Standing(tenant.get_state_display(), "warn", "hold", text, reason=tenant.suspended_reason)
        case TenantState.SUSPENDED:
            text = _(
                "Visitors see that the store is closed, and not why. Nothing is lost. Write to us to open it again."
            )
            return Standing(
                tenant.get_state_display(), "bad", "fail", text, tenant.suspended_reason, *_write_to_us(tenant)
            )
        case TenantState.DELETING:
            text = _("Visitors see that the store is closed. Until it is gone, it can be brought back.")
            return Standing(
                tenant.get_state_display(), "bad", "away", text, tenant.suspended_reason, *_write_to_us(tenant)
            )
        case TenantState.DELETED:
            return Standing(tenant.get_state_display(), "quiet", "none", _("The store and its data are gone."))


def support_address() -> str:
    """Return where people of a store reach the platform."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def _being_made(tenant: Tenant, *, has_trouble: bool) -> Standing:
    url = reverse("signup_progress", args=[tenant.slug])
    if has_trouble:
        text = _("Making it takes longer than it should. Its address is yours and nothing was charged.")
        return Standing(_("Not ready yet"), "warn", "wait", text, url=url, action=_("See what to do"))
    text = _("This takes a few seconds. You can close the page; the work goes on.")
    return Standing(tenant.get_state_display(), "info", "wait", text, url=url, action=_("See how far it is"))


def _write_to_us(tenant: Tenant) -> tuple[str, str]:
    return f"mailto:{support_address()}?subject={tenant.slug}", _("Write to us")
