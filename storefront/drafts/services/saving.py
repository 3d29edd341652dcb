"""Write a draft: its goods into its cart, its prices as they are to be held."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from core.db.contention import tried_again
from core.ids import new_token
from core.tenancy import current_tenant
from storefront.carts.models import MAXIMUM_LINES, Cart, CartLine
from storefront.carts.quantities import check_quantity
from storefront.catalog.models import ProductVariant
from storefront.catalog.shown import Prices, find_prices, price_variants
from storefront.drafts.errors import DraftChanged, DraftRefused
from storefront.drafts.locks import lock_draft
from storefront.drafts.models import Draft
from storefront.drafts.selectors import DraftTerms, get_buyer, get_draft, quote_draft
from storefront.drafts.services.closing import check_running, close_pages

DAYS = (3, 7, 14, 30, 60)
USUAL_DAYS = 14


@dataclass(frozen=True, slots=True)
class DraftFacts:
    """What a merchant says of a draft; `lines` are units by variant, in their order, and the rest is as `Draft` has it.

    `renews` asks for today's prices instead of those that are held. `days` is from now on, None for what it was.
    """

    email: str = ""
    name: str = ""
    address: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[int, int] = field(default_factory=dict)
    method_id: int | None = None
    currency: str = ""
    language: str = "en"
    discount_amount: int = 0
    discount_points: int = 0
    reason: str = ""
    note: str = ""
    renews: bool = False
    days: int | None = None


def save_draft(
    *,
    facts: DraftFacts,
    actor: str,
    now: datetime,
    token: str = "",
    draft_id: int | None = None,
    version: int | None = None,
) -> Draft:
    """Write a draft, a new one where no id is given. `version` of its cart is the one that was looked at.

    A new one with a `token` that is known is the one that was made by the same form.
    Raises: DraftNotFound, DraftClosed, DraftChanged; DraftRefused, QuantityRefused.
    """
    known = (
        Draft.objects.filter(token=token).values_list("pk", flat=True).first() if token and draft_id is None else None
    )
    if known is not None:
        return get_draft(known)
    if draft_id is not None:
        close_pages(get_draft(draft_id), now=now)
    return _write(facts=facts, actor=actor, now=now, token=token, draft_id=draft_id, version=version)


@tried_again
def _write(
    *, facts: DraftFacts, actor: str, now: datetime, token: str, draft_id: int | None, version: int | None
) -> Draft:
    prices = _find_prices(facts.currency)
    with transaction.atomic():
        if draft_id is None:
            draft = _begin(facts, prices, token=token, actor=actor, now=now)
        else:
            cart, draft = lock_draft(draft_id)
            check_running(cart, draft)
            if version is not None and cart.version != version:
                raise DraftChanged(_("Somebody changed this draft meanwhile. Look at it and save again."))
        held = draft.prices if draft.currency == prices.currency and not facts.renews else {}
        draft.prices = _hold_prices(facts.lines, held, prices)
        draft.currency, draft.updated_at = prices.currency, now
        for name in ("email", "name", "method_id", "language", "discount_amount", "discount_points", "reason", "note"):
            setattr(draft, name, getattr(facts, name))
        draft.address = dict(facts.address)
        if facts.days is not None:
            draft.expires_at = now + timedelta(days=facts.days)
        _write_lines(draft, facts.lines, prices, now=now)
        draft.delivery_amount = _hold_delivery(draft, now=now)
        draft.save()
    return get_draft(draft.pk)


def hold_terms(*, lines: Mapping[int, int], terms: DraftTerms) -> DraftTerms:
    """Return terms with prices for all of these goods: those that are held, and today's for the others.

    Raises: DraftRefused.
    """
    prices = _find_prices(terms.currency)
    held = _hold_prices(lines, terms.prices, prices)
    return DraftTerms(prices.currency, held, terms.discount_amount, terms.discount_points, terms.reason)


def touch(draft: Draft, *, now: datetime) -> None:
    """Count a change of a draft whose cart is locked: who looked at it before pays nothing without looking again."""
    Cart.objects.filter(pk=draft.cart_id).update(version=F("version") + 1, updated_at=now)


def _begin(facts: DraftFacts, prices: Prices, *, token: str, actor: str, now: datetime) -> Draft:
    cart = Cart.objects.create(token=new_token(), created_at=now, updated_at=now)
    return Draft(
        token=token or new_token(),
        cart=cart,
        currency=prices.currency,
        created_by=actor,
        created_at=now,
        expires_at=now + timedelta(days=facts.days or USUAL_DAYS),
    )


def _find_prices(currency: str) -> Prices:
    prices = find_prices(currency)
    if currency and prices.currency != currency:
        words = _("This store has no prices in %(currency)s any more. Choose another currency.")
        raise DraftRefused(words % {"currency": currency}, field="currency")
    return prices


def _hold_prices(lines: Mapping[int, int], held: Mapping[str, int], prices: Prices) -> dict[str, int]:
    if len(lines) > MAXIMUM_LINES:
        raise DraftRefused(_("So many things do not fit into one order."))
    for count in lines.values():
        check_quantity(count)
    found = ProductVariant.objects.filter(pk__in=lines, is_gift_card=False)
    own = {pk: (amount, None) for pk, amount in found.values_list("pk", "price_amount")}
    if set(lines) - set(own):
        raise DraftRefused(_("Something of it is not in the store any more. Nothing was changed."))
    today = price_variants(own, prices)
    return {str(pk): held.get(str(pk), today[pk][0]) for pk in lines}


def _write_lines(draft: Draft, lines: Mapping[int, int], prices: Prices, *, now: datetime) -> None:
    cart_id = draft.cart_id
    CartLine.objects.filter(cart_id=cart_id).delete()
    CartLine.objects.bulk_create(
        CartLine(cart_id=cart_id, variant_id=pk, quantity=count, created_at=now) for pk, count in lines.items()
    )
    Cart.objects.filter(pk=cart_id).update(
        currency="" if prices.is_own else prices.currency, lines_count=sum(lines.values())
    )
    touch(draft, now=now)


def _hold_delivery(draft: Draft, *, now: datetime) -> int | None:
    """Return what delivery costs where it is known already how and where to."""
    draft.delivery_amount = None
    if draft.method_id is None:
        return None
    draft.cart = Cart.objects.get(pk=draft.cart_id)
    buyer = get_buyer(draft, otherwise=current_tenant().country)
    rate = quote_draft(draft, buyer=buyer, method_id=draft.method_id, now=now).rate
    if rate is None or rate.method_id != draft.method_id:
        raise DraftRefused(_("This way of delivery is not offered. Choose another one."), field="method_id")
    return rate.amount if rate.is_pickup or draft.address else None
