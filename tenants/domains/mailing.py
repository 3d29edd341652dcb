"""What merchants are told by mail about their domains."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from tenants.domains.models import DomainClaim
from tenants.domains.names import readable
from tenants.domains.selectors import proof_of
from tenants.selectors import store_url

DOMAINS_PATH = "/dashboard/settings/domains/"


def prepare_mail(*, claim_id: int, kind: str) -> dict[str, Any] | None:
    """Return what `send_mail` takes to tell of a claim: `verified`, `failing` or `released`; None when it is gone."""
    claim = DomainClaim.objects.select_related("tenant").filter(pk=claim_id).first()
    if claim is None:
        return None
    tenant, name = claim.tenant, readable(claim.host)
    with translation.override(tenant.language):
        subject = {
            "verified": _("%(name)s is connected to your store"),
            "failing": _("%(name)s is about to be disconnected"),
            "released": _("%(name)s no longer leads to your store"),
        }[kind] % {"name": name}
        label = _("Open your domains")
    return {
        "to": tenant.contact_email,
        "subject": subject,
        "template": "domains/email/claim",
        "context": {
            "kind": kind,
            "name": name,
            "store": tenant.name,
            "record": proof_of(claim),
            "action_url": store_url(tenant, DOMAINS_PATH),
            "action_label": label,
        },
        "language": tenant.language,
    }
