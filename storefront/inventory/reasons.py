"""Why a number of stock changed, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

ADJUSTMENTS: tuple[tuple[str, str | Promise], ...] = (
    ("received", _("Received from the supplier")),
    ("count", _("Counted anew")),
    ("damaged", _("Damaged or spoiled")),
    ("lost", _("Lost or stolen")),
    ("sent_back", _("Came back from a customer")),
    ("own_use", _("Own use or gift")),
)
_LABELS: dict[str, str | Promise] = {
    **dict(ADJUSTMENTS),
    "moved": _("Moved between warehouses"),
    "adjustment": pgettext_lazy("stock", "Set by hand"),
    "sale": pgettext_lazy("stock", "Sold"),
    "return": _("Order canceled"),
    "import": _("Imported"),
    "demo": _("Sample data"),
}


def reason_label(reason: str) -> str:
    """Return the reason in the language of the request; one that is not known stays as it was written."""
    return str(_LABELS.get(reason, reason))
