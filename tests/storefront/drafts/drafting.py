"""Drafts for tests, and the ways in which they are paid."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from storefront.catalog.models import ProductVariant
from storefront.checkout.details import CheckoutDetails, parse_details
from storefront.drafts.models import Draft
from storefront.drafts.selectors import get_buyer, get_draft, quote_draft
from storefront.drafts.services import DraftFacts, mark_draft_paid, pay_draft, save_draft
from storefront.orders.models import Order
from tenants.models import Tenant
from tests.storefront.checkout.orders import BASE_URL, DETAILS

RUTH = "ruth@acme.example"


def make_draft(goods: Sequence[tuple[ProductVariant, int]], now: datetime, **facts: Any) -> Draft:
    """Return a draft for somebody whose address is known; facts are those of `DraftFacts`."""
    known = {"email": DETAILS.email, "name": DETAILS.name, "address": DETAILS.as_address()}
    lines = {variant.pk: count for variant, count in goods}
    return save_draft(facts=DraftFacts(**{**known, "lines": lines, **facts}), actor=RUTH, now=now)


def total_of(draft: Draft, now: datetime) -> int:
    """Return what a draft comes to."""
    buyer = get_buyer(draft, otherwise="US")
    return quote_draft(draft, buyer=buyer, method_id=draft.method_id, now=now).totals.due


def details_of(draft: Draft, way: str = "stripe") -> CheckoutDetails:
    typed = {**draft.address, "email": draft.email, "payment_method": way}
    return parse_details({**typed, "shipping_method_id": str(draft.method_id or "")})


def by_link(tenant: Tenant, draft: Draft, now: datetime, *, way: str = "stripe") -> Any:
    """Press the button of a draft's page."""
    return pay_draft(
        tenant=tenant,
        draft=draft,
        details=details_of(draft, way),
        base_url=BASE_URL,
        language="en",
        expected_total=total_of(draft, now),
        now=now,
    )


def by_hand(
    tenant: Tenant, draft: Draft, now: datetime, *, way: str = "cash", expected_total: int | None = None
) -> Order:
    """Mark a draft as paid."""
    return mark_draft_paid(
        tenant=tenant, draft_id=draft.pk, way=way, expected_total=expected_total, base_url=BASE_URL, actor=RUTH, now=now
    )


def again(draft: Draft) -> Draft:
    return get_draft(draft.pk)
