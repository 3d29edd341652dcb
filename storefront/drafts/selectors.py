"""Read drafts: one, many, and what one comes to."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from storefront.carts.deals import Deal
from storefront.carts.models import Cart
from storefront.carts.quoting import Buyer, Quote, make_quote, read_terms, settle_taxes
from storefront.carts.selectors import get_cart_view
from storefront.catalog.models import ProductVariant
from storefront.customers.models import Customer
from storefront.drafts.enums import RUNNING, DraftState
from storefront.drafts.errors import DraftNotFound
from storefront.drafts.models import Draft
from storefront.orders.enums import OrderStatus
from storefront.orders.models import Order
from storefront.pricing.basket import BY_HAND, Kind, Promotion

VIEWS = ("all", "open", "sent", "completed", "expired", "canceled")
COUNTED = ("open", "sent")
MOST_ON_A_TAB = 10_000
FOUND = 6


@dataclass(frozen=True, slots=True)
class DraftFilter:
    """What of the list is to be seen: a view and words."""

    view: str = "all"
    text: str = ""
    oldest_first: bool = False

    @classmethod
    def read(cls, given: QueryDict) -> "DraftFilter":
        """Read a list's address; what makes no sense in it is left out."""
        view = given.get("view", "")
        text = " ".join(given.get("q", "").replace("\0", "").split())[:80]
        return cls(view if view in VIEWS else "all", text, given.get("sort") == "oldest")

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything but the view keeps drafts out."""
        return bool(self.text)


@dataclass(frozen=True, slots=True)
class DraftTerms:
    """All that decides what a draft comes to besides its goods; fields are those of `Draft`."""

    currency: str
    prices: dict[str, int]
    discount_amount: int = 0
    discount_points: int = 0
    reason: str = ""
    delivery_amount: int | None = None


def list_drafts(wanted: DraftFilter) -> QuerySet[Draft]:
    """Return the rows of the list with their carts and orders."""
    rows = Draft.objects.select_related("cart", "order")
    if wanted.view != "all":
        rows = rows.filter(state=wanted.view)
    if wanted.text:
        number = wanted.text.upper().removeprefix("D")
        found = Q(email__icontains=wanted.text) | Q(name__icontains=wanted.text)
        if number.isascii() and number.isdigit() and len(number) <= 18:
            found |= Q(pk=int(number))
        rows = rows.filter(found)
    return rows.order_by(*(("created_at", "pk") if wanted.oldest_first else ("-created_at", "-pk")))


def count_views() -> dict[str, int]:
    """Return how many drafts somebody may still have to do something about, by view; counting stops at ten thousand."""
    return {view: Draft.objects.filter(state=view).order_by()[:MOST_ON_A_TAB].count() for view in COUNTED}


def get_draft(draft_id: int) -> Draft:
    """Return a draft with its cart and order.

    Raises: DraftNotFound.
    """
    return _one(Q(pk=draft_id))


def get_draft_by_token(token: str) -> Draft:
    """Return the draft whose link this is, with its cart and order.

    Raises: DraftNotFound.
    """
    return _one(Q(token=token))


def find_draft_of_order(order: Order) -> Draft | None:
    """Return the draft that an order came of, or is on its way from, or None."""
    return Draft.objects.filter(Q(order=order) | Q(cart__order_token=order.token)).first()


def is_over(draft: Draft, *, now: datetime) -> bool:
    """Tell whether a draft's time has run out, whether the hourly task has looked at it or not."""
    return draft.state == DraftState.EXPIRED or (draft.state in RUNNING and draft.expires_at <= now)


def find_pending_order(cart: Cart) -> Order | None:
    """Return the order at whose payment page somebody may be this moment, or None."""
    return Order.objects.filter(cart_token=cart.token, status=OrderStatus.PENDING).first()


def get_terms(draft: Draft) -> DraftTerms:
    """Return what a draft promises."""
    return DraftTerms(
        currency=draft.currency,
        prices=draft.prices,
        discount_amount=draft.discount_amount,
        discount_points=draft.discount_points,
        reason=draft.reason,
        delivery_amount=draft.delivery_amount,
    )


def get_deal(draft: Draft) -> Deal:
    """Return the same as its cart is priced and ordered by it."""
    deal = make_deal(get_terms(draft), version=draft.cart.version)
    return replace(deal, origin={"draft_id": draft.pk, "draft_by": draft.created_by})


def make_deal(terms: DraftTerms, *, version: int) -> Deal:
    """Return terms as a cart is priced by them."""
    discount = None
    if terms.discount_amount or terms.discount_points:
        discount = Promotion(
            id=BY_HAND,
            title=terms.reason,
            kind=Kind.AMOUNT if terms.discount_amount else Kind.PERCENT,
            amount=terms.discount_amount,
            points=terms.discount_points,
        )
    return Deal(
        version=version,
        currency=terms.currency,
        prices={int(pk): amount for pk, amount in terms.prices.items()},
        discount=discount,
        delivery_amount=terms.delivery_amount,
    )


def quote_goods(
    *,
    terms: DraftTerms,
    lines: dict[int, int],
    buyer: Buyer,
    method_id: int | None,
    now: datetime,
    cart: Cart | None = None,
) -> Quote:
    """Return what these units by variant come to; with a `cart` what is held for it counts as being there."""
    cart = cart or Cart(currency=terms.currency)
    deal = make_deal(terms, version=cart.version)
    found = read_terms(cart=cart, buyer=buyer, method_id=method_id, now=now, deal=deal)
    view = get_cart_view(cart, lines)
    if found.taxes.service is not None:
        found = settle_taxes(view, found, buyer=buyer, method_id=method_id, now=now, asks=False)
    return make_quote(view, found, buyer=buyer, method_id=method_id, now=now)


def quote_draft(draft: Draft, *, buyer: Buyer, method_id: int | None, now: datetime) -> Quote:
    """Return what a draft comes to for somebody."""
    lines = dict(draft.cart.lines.order_by("created_at", "pk").values_list("variant_id", "quantity"))
    terms = get_terms(draft)
    return quote_goods(terms=terms, lines=lines, buyer=buyer, method_id=method_id, now=now, cart=draft.cart)


def get_buyer(draft: Draft, *, otherwise: str) -> Buyer:
    """Return where a draft goes; a country (ISO 3166-1 alpha-2) stands for an address that is not known yet."""
    address = draft.address
    street = {name: str(address.get(name) or "") for name in ("line1", "line2", "city", "postcode")}
    region = str(address.get("province") or "")
    return Buyer(country=str(address.get("country") or otherwise), region=region, address=street)


def find_customers(words: str) -> list[Customer]:
    """Return customers that are called so, those who bought last first."""
    words = words.strip()
    if not words:
        return []
    called = Q(email__icontains=words) | Q(name__icontains=words) | Q(phone__icontains=words)
    rows = Customer.objects.filter(called, erased_at__isnull=True)
    return list(rows.order_by(F("last_order_at").desc(nulls_last=True), "-pk")[:FOUND])


def find_variants(ids: list[int]) -> dict[int, ProductVariant]:
    """Return variants by id, with their products."""
    return {one.pk: one for one in ProductVariant.objects.filter(pk__in=ids).select_related("product")}


def _one(which: Q) -> Draft:
    draft = Draft.objects.select_related("cart", "order").filter(which).first()
    if draft is None:
        raise DraftNotFound(_("There is no such draft."))
    return draft
