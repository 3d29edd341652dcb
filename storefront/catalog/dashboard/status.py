"""A product's status in a word, a shape and a tone."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.tenancy import current_tenant
from storefront.catalog.enums import ProductStatus
from storefront.catalog.models import Product


def describe_status(found: Product) -> dict[str, str]:
    """Return kind, tone and label of `c-status`: what somebody must see to comes before the status itself."""
    status = ProductStatus(found.status)
    if status == ProductStatus.ACTIVE and not found.is_available:
        return {"kind": "fail", "tone": "bad", "label": _("Sold out")}
    if status == ProductStatus.ACTIVE and found.issue_codes:
        return {"kind": "look", "tone": "warn", "label": _("Needs attention")}
    if status == ProductStatus.SCHEDULED and found.published_at:
        label = _("From %(when)s") % {"when": localize_moment(found.published_at)}
        return {"kind": "wait", "tone": "info", "label": label}
    kinds = {ProductStatus.ACTIVE: "done", ProductStatus.DRAFT: "none", ProductStatus.ARCHIVED: "away"}
    return {"kind": kinds.get(status, "wait"), "tone": "", "label": str(status.label)}


def localize_moment(moment: datetime) -> str:
    """Return day and time in the store's time zone, in the reader's words."""
    local = moment.astimezone(ZoneInfo(current_tenant().time_zone))
    return f"{date_format(local, 'SHORT_DATE_FORMAT')} {local:%H:%M}"
