"""Inside the platform: a code for one order, a code once a customer, a gift card, and what the books say of them afterwards."""

from typing import Any

from django.db.models import Sum

from core.clock import utc_now
from core.tenancy import in_tenant
from drills.rush.shelves import make_goods
from storefront.credits.models import CreditEntry, GiftCard, Tender
from storefront.credits.services import issue_card
from storefront.discounts.models import DiscountUse, Promotion
from storefront.discounts.services import PromotionFacts, save_promotion
from storefront.orders.models import Order
from tenants.selectors import get_tenant

OF_CARD, ENOUGH = 2500, 1000


def promise(*, slug: str, kind: str) -> dict[str, Any]:
    """Make what a round fights for: goods that are enough for everybody, and a `code` or a `card` that is not."""
    tenant, now = get_tenant(slug), utc_now()
    with in_tenant(tenant):
        round_ = {"carts": [[[make_goods(f"for a {kind}", ENOUGH), 1]]], "kind": kind}
        if kind == "card":
            made = issue_card(amount=OF_CARD, currency=tenant.currency, actor="drill", now=now)
            return {**round_, "card": made.code, "card_id": made.card.pk, "most": OF_CARD}
        limits = {"limit_count": 1} if kind == "code" else {"limit_per_customer": 1}
        facts = PromotionFacts(title=kind, kind="amount", amount=100, starts_at=now, **limits)
        code = f"{kind}{Promotion.objects.count()}".upper()
        promotion = save_promotion(facts=facts, now=now, first_code=code)
        return {**round_, "code": code, "promotion_id": promotion.pk, "most": 1}


def judge(*, slug: str, round_: dict[str, Any]) -> dict[str, int]:
    """Return how often it was given, in the books and in the orders; `astray` is by how much these say different things."""
    with in_tenant(get_tenant(slug)):
        if "card_id" in round_:
            return _judge_card(round_["card_id"])
        promotion = Promotion.objects.get(pk=round_["promotion_id"])
        uses = DiscountUse.objects.filter(promotion=promotion)
        tokens = list(uses.values_list("order_token", flat=True))
        orders = Order.objects.filter(discounts__contains=[{"promotion_id": promotion.pk}])
        kept = orders.filter(token__in=tokens, discount_amount=100).count()
        astray = abs(promotion.used_count - len(tokens)) + abs(orders.count() - len(tokens)) + len(tokens) - kept
        return {"given": len(tokens), "orders": orders.count(), "astray": astray}


def _judge_card(card_id: int) -> dict[str, int]:
    card = GiftCard.objects.get(pk=card_id)
    tenders = Tender.objects.filter(gift_card=card)
    spent = -(CreditEntry.objects.filter(gift_card=card, kind="spent").aggregate(sum=Sum("amount"))["sum"] or 0)
    paid = tenders.aggregate(sum=Sum("amount"))["sum"] or 0
    orders = Order.objects.filter(token__in=tenders.values("order_token"))
    told = orders.aggregate(sum=Sum("credit_amount"))["sum"] or 0
    taken = card.initial_amount - card.balance_amount
    return {"given": paid, "orders": orders.count(), "astray": abs(spent - paid) + abs(told - paid) + abs(taken - paid)}
