"""Read the offered plans."""

from dataclasses import dataclass

from billing.plans.models import Plan, PlanPrice


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan as it is shown: in one language, currency and interval; amounts in minor units."""

    plan_id: int
    price_id: int
    code: str
    name: str
    summary: str
    features: list[str]
    amount: int
    currency: str
    interval: str
    is_recommended: bool
    limits: dict[str, int | None]


def currency_of(language: str) -> str:
    """Return the currency in which the platform's site tells its prices to readers of a language."""
    return "CNY" if language.startswith("zh") else "USD"


def list_offers(*, currency: str, interval: str, language: str) -> list[Offer]:
    """Return the plans anybody may choose, smallest first; in US dollars where a currency has no prices."""
    plans = Plan.objects.filter(is_visible=True).order_by("position").prefetch_related("prices", "entitlements")
    offers = [_offer(plan, currency=currency, interval=interval, language=language) for plan in plans]
    if currency != "USD" and any(offer is None for offer in offers):
        return list_offers(currency="USD", interval=interval, language=language)
    return [offer for offer in offers if offer is not None]


def find_plan(code: str) -> Plan | None:
    """Return the plan with this code, or None."""
    return Plan.objects.filter(code=code).first()


def get_default_plan() -> Plan:
    """Return the plan that a trial runs on when none was asked for: the recommended one."""
    return Plan.objects.order_by("-is_recommended", "position")[:1].get()


def find_price(price_id: int) -> PlanPrice | None:
    """Return an active price of a visible plan, or None."""
    return PlanPrice.objects.select_related("plan").filter(pk=price_id, is_active=True, plan__is_visible=True).first()


def find_price_by_stripe_id(stripe_price_id: str) -> PlanPrice | None:
    """Return the price that Stripe knows by this id, active or not, or None."""
    return PlanPrice.objects.select_related("plan").filter(stripe_price_id=stripe_price_id).first()


def find_lowest_price(*, currency: str) -> int | None:
    """Return the lowest monthly amount in this currency, or None."""
    prices = PlanPrice.objects.filter(plan__is_visible=True, is_active=True, interval="month", currency=currency)
    return prices.order_by("amount").values_list("amount", flat=True).first()


def _offer(plan: Plan, *, currency: str, interval: str, language: str) -> Offer | None:
    price = next(
        (p for p in plan.prices.all() if p.is_active and (p.currency, p.interval) == (currency, interval)), None
    )
    if price is None:
        return None
    words = "zh-hans" if language.startswith("zh") else "en"
    return Offer(
        plan_id=plan.pk,
        price_id=price.pk,
        code=plan.code,
        name=plan.names[words],
        summary=plan.summaries.get(words, ""),
        features=plan.features.get(words, []),
        amount=price.amount,
        currency=currency,
        interval=interval,
        is_recommended=plan.is_recommended,
        limits={entitlement.key: entitlement.value for entitlement in plan.entitlements.all()},
    )
