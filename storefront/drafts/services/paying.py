"""A draft becomes an order: paid by its link, or because the money is here already. Both go through checkout."""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from storefront.checkout.details import CheckoutDetails, parse_details
from storefront.checkout.errors import DetailsRefused
from storefront.checkout.services import Received, StartedCheckout, start_checkout
from storefront.drafts.enums import RUNNING
from storefront.drafts.errors import DraftClosed, DraftRefused
from storefront.drafts.models import Draft
from storefront.drafts.selectors import get_deal, get_draft, is_over
from storefront.orders.enums import OrderSource
from storefront.orders.models import Order
from storefront.payments.models import WayKind
from storefront.payments.selectors import Way
from tenants.models import Tenant

# How money comes that a merchant has seen: what a payment keeps, and what it is called.
CASH, TERMINAL, OTHER = "cash", "card_terminal", "other"
WAYS = {
    WayKind.BANK_TRANSFER.value: WayKind.BANK_TRANSFER.label,
    CASH: pgettext_lazy("way to pay", "Cash"),
    TERMINAL: pgettext_lazy("way to pay", "Card at the counter"),
    OTHER: pgettext_lazy("way to pay", "Paid otherwise"),
}


def pay_draft(
    *,
    tenant: Tenant,
    draft: Draft,
    details: CheckoutDetails,
    base_url: str,
    language: str,
    expected_total: int,
    now: datetime,
) -> StartedCheckout:
    """Make a draft an order and return where it is paid; asked again, by anybody, it is the same order.

    The draft is as it was looked at: where it was changed since, nothing is charged. `expected_total` is what was on the button.
    Raises: DraftClosed, and whatever `start_checkout` raises.
    """
    if draft.state not in RUNNING or is_over(draft, now=now):
        raise DraftClosed(gettext_lazy("This offer is over. Nothing was charged."))
    return start_checkout(
        tenant=tenant,
        cart=draft.cart,
        details=details,
        now=now,
        base_url=base_url,
        language=language,
        source=OrderSource.STAFF,
        expected_total=expected_total,
        expected_currency=draft.currency,
        deal=get_deal(draft),
    )


def mark_draft_paid(
    *, tenant: Tenant, draft_id: int, way: str, expected_total: int | None, base_url: str, actor: str, now: datetime
) -> Order:
    """Make a draft an order whose money is here, and return it. A page where it could be paid is closed first.

    Raises: DraftNotFound, DraftClosed; DraftRefused for what is missing or a way that is not known; what `start_checkout`
    raises.
    """
    draft = get_draft(draft_id)
    if draft.order is not None:
        raise DraftClosed(gettext_lazy("This draft has become an order. Nothing was changed."))
    if draft.state not in RUNNING or is_over(draft, now=now):
        raise DraftClosed(gettext_lazy("This draft is over. Extend it first. Nothing was changed."))
    if way not in WAYS:
        raise DraftRefused(gettext_lazy("Choose how the money came."), field="way")
    with translation.override(draft.language):
        title = str(WAYS[way])
    try:
        started = start_checkout(
            tenant=tenant,
            cart=draft.cart,
            details=find_details(draft),
            now=now,
            base_url=base_url,
            language=draft.language,
            source=OrderSource.STAFF,
            expected_total=expected_total,
            expected_currency=draft.currency,
            deal=get_deal(draft),
            received=Received(Way(kind=way, title=title, text="", instructions="", days_to_pay=None), actor),
        )
    except DetailsRefused as error:
        raise DraftRefused(
            _("Write where it goes into the draft first, or choose a place to pick it up. Nothing was changed.")
        ) from error
    return started.order


def find_details(draft: Draft) -> CheckoutDetails:
    """Return what a draft says of its customer, as checkout takes it.

    Raises: DraftRefused with a sentence for the first thing that is missing.
    """
    if not draft.email or not draft.name:
        raise DraftRefused(_("Write the customer’s e-mail and name into the draft first."))
    sent = bool(draft.address)
    typed = {**draft.address, "email": draft.email, "name": draft.address.get("name") or draft.name}
    method = "" if draft.method_id is None else str(draft.method_id)
    return parse_details({**typed, "shipping_method_id": method}, needs_delivery=sent, is_pickup=not sent)
