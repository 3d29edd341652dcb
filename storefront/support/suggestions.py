"""Write the reply a merchant may send, from the question's label and the order; a person always looks at it first."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import CharField, F, Value
from django.db.models.functions import Length
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from core.money import format_money
from core.tenancy import current_tenant
from storefront.catalog.enums import ProductStatus
from storefront.catalog.models import Product
from storefront.content.models import Page
from storefront.orders.enums import FulfillmentStatus, OrderStatus, PaymentStatus
from storefront.shipping.dates import format_window
from storefront.support.facts import OrderFacts, Parcel, get_order_facts
from storefront.support.models import Conversation, Label
from storefront.support.reply_texts import REPLY_TEXTS
from storefront.support.times import write_day
from tenants.selectors import store_url

DEFAULT_RETURN_DAYS: Final = 30
RETURNS_PAGE: Final = "returns"
REASON_LENGTH: Final = 300
SHORTEST_TITLE: Final = 2
_DAYS = re.compile(r"([0-9]{1,3})\s*(?:days?\b|天)")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A reply in the shopper's language, and why it was chosen in the store's language."""

    reply: str
    reason: str


def suggest_reply(*, conversation: Conversation, label: str, text: str, now: datetime) -> Suggestion | None:
    """Return the reply for a question with this label, or None where no label is known."""
    if label not in Label.values:
        return None
    tenant = current_tenant()
    language = conversation.language if conversation.language in REPLY_TEXTS else "en"
    with translation.override(language):
        facts = get_order_facts(conversation.order, now=now) if conversation.order else None
        writer = _Writer(words=REPLY_TEXTS[language], language=language, facts=facts, now=now)
        parts = writer.answer(Label(label), text)
        reply = writer.letter(parts, name=conversation.name, store=tenant.name)
    with translation.override(tenant.language):
        return Suggestion(reply=reply, reason=_reason(Label(label), conversation, now)[:REASON_LENGTH])


class _Writer:
    """Joins the sentences that fit the facts; it runs under the shopper's language."""

    def __init__(self, *, words: dict[str, str], language: str, facts: OrderFacts | None, now: datetime) -> None:
        self.words, self.language, self.facts, self.today = words, language, facts, now.date()

    def say(self, key: str, **values: str | int) -> str:
        return self.words[key].format_map(values)

    def answer(self, label: Label, text: str) -> list[str]:
        if label is Label.DELIVERY:
            return self.delivery()
        if label is Label.RETURN:
            return self.returning()
        if label is Label.PAYMENT:
            return self.payment()
        return self.product(text) if label is Label.PRODUCT else [self.say("other")]

    def letter(self, parts: Iterable[str], *, name: str, store: str) -> str:
        first = " ".join(name.split()[:1]) if self.language == "en" else name
        hello = self.say("hello", name=first) if first else self.say("hello_nameless")
        return "\n\n".join([hello, *parts, self.say("bye", store=store)])

    def delivery(self) -> list[str]:
        facts = self.facts
        if facts is None:
            return [self.say("delivery.no_order")]
        if facts.status == OrderStatus.CANCELED:
            return [self.say("delivery.canceled", number=facts.number), *self._refunded(facts)]
        if facts.parcels:
            return self._sent(facts)
        if facts.payment_status in (PaymentStatus.PENDING, PaymentStatus.FAILED):
            return [self.say("delivery.unpaid", number=facts.number), *self._pay(facts)]
        parts = [self.say("delivery.not_sent", number=facts.number)]
        if facts.from_date and facts.to_date:
            key = "delivery.past" if facts.to_date < self.today else "delivery.expected"
            parts.append(self.say(key, window=format_window(facts.from_date, facts.to_date)))
        return parts

    def returning(self) -> list[str]:
        facts, (days, page) = self.facts, _return_terms()
        if facts is None:
            parts = [self.say("return.no_order", days=days)]
        elif facts.status == OrderStatus.CANCELED:
            return [self.say("return.canceled", number=facts.number), *self._refunded(facts)]
        else:
            key = "return.sent" if facts.parcels else "return.not_sent"
            parts = [self.say(key, number=facts.number, days=days)]
        if facts is None or facts.parcels:
            parts.append(self.say("return.broken"))
        return [*parts, self.say("return.page", url=self._address("page", page))] if page else parts

    def payment(self) -> list[str]:
        facts = self.facts
        if facts is None:
            return [self.say("payment.no_order")]
        total = format_money(facts.total_amount, facts.currency, self.language)
        if facts.payment_status in (PaymentStatus.REFUNDED, PaymentStatus.PARTLY_REFUNDED):
            return self._refunded(facts)
        if facts.payment_status == PaymentStatus.PAID:
            key = "payment.paid_by" if facts.payment_method else "payment.paid"
            paid = self.say(key, total=total, number=facts.number, method=facts.payment_method)
            return [paid, self.say("payment.once")]
        key = "payment.failed" if facts.payment_status == PaymentStatus.FAILED else "payment.pending"
        return [self.say(key, total=total, number=facts.number), *self._pay(facts)]

    def product(self, text: str) -> list[str]:
        found = _find_product(text, titles=self.facts.titles if self.facts else ())
        if found is None:
            return [self.say("product.plain"), self.say("product.more")]
        title, handle = found
        return [
            self.say("product.link", title=title, url=self._address("product", handle)),
            self.say("product.more"),
        ]

    def _sent(self, facts: OrderFacts) -> list[str]:
        last = facts.parcels[-1]
        key = "delivery.sent_with" if last.carrier else "delivery.sent"
        parts = [self.say(key, number=facts.number, sent=self._day(last.sent_at.date()), carrier=last.carrier)]
        parts += ["\n".join(lines) for parcel in facts.parcels if (lines := self._tracking(parcel))]
        if facts.fulfillment_status == FulfillmentStatus.PARTLY_FULFILLED:
            parts.append(self.say("delivery.partly", number=facts.number))
        if facts.from_date and facts.to_date:
            if facts.to_date < self.today:
                parts.append(self.say("delivery.late", to_date=self._day(facts.to_date)))
            else:
                parts.append(self.say("delivery.due", window=format_window(facts.from_date, facts.to_date)))
        return parts

    def _tracking(self, parcel: Parcel) -> list[str]:
        lines = [self.say("delivery.tracking", tracking=parcel.tracking_number)] if parcel.tracking_number else []
        return [*lines, self.say("parcel_link", url=parcel.tracking_url)] if parcel.tracking_url else lines

    def _refunded(self, facts: OrderFacts) -> list[str]:
        if not facts.refunded_amount:
            return []
        refunded = format_money(facts.refunded_amount, facts.currency, self.language)
        return [self.say("payment.refunded", refunded=refunded, number=facts.number), self.say("payment.bank")]

    def _pay(self, facts: OrderFacts) -> list[str]:
        return [self.say("payment.pay", url=facts.pay_url)] if facts.pay_url else []

    def _address(self, name: str, handle: str) -> str:
        tenant = current_tenant()
        prefix = "" if self.language == tenant.language else f"/{self.language}"
        return store_url(tenant, f"{prefix}{reverse(name, args=[handle])}")

    def _day(self, day: date) -> str:
        return write_day(day, self.language)


def _reason(label: Label, conversation: Conversation, now: datetime) -> str:
    """Say in the current language what the reply rests on."""
    if label is Label.OTHER:
        return _("A greeting to start from. Nothing in the order answers this.")
    if label is Label.PRODUCT:
        return _("A question about a product: add the answer where it says so.")
    if conversation.order is None:
        return _("No order was found for this e-mail, so the reply asks for its number.")
    facts = get_order_facts(conversation.order, now=now)
    if label is Label.PAYMENT:
        return _payment_reason(facts, state=conversation.order.get_payment_status_display())
    return _order_reason(facts)


def _payment_reason(facts: OrderFacts, *, state: str) -> str:
    if facts.payment_method:
        told = {"number": facts.number, "state": state, "method": facts.payment_method}
        return _("Payment of order %(number)s: %(state)s, %(method)s.") % told
    return _("Payment of order %(number)s: %(state)s.") % {"number": facts.number, "state": state}


def _order_reason(facts: OrderFacts) -> str:
    language = translation.get_language() or "en"
    if facts.status == OrderStatus.CANCELED:
        return _("Order %(number)s was canceled.") % {"number": facts.number}
    if not facts.parcels:
        if facts.from_date and facts.to_date:
            told = {"number": facts.number, "window": format_window(facts.from_date, facts.to_date)}
            return _("Order %(number)s has not been sent; promised for %(window)s.") % told
        return _("Order %(number)s has not been sent.") % {"number": facts.number}
    last = facts.parcels[-1]
    told = {
        "number": facts.number,
        "date": write_day(last.sent_at.date(), language),
        "carrier": last.carrier,
        "tracking": last.tracking_number,
    }
    if last.carrier and last.tracking_number:
        return _("Order %(number)s was sent on %(date)s with %(carrier)s, tracking %(tracking)s.") % told
    if last.carrier:
        return _("Order %(number)s was sent on %(date)s with %(carrier)s.") % told
    return _("Order %(number)s was sent on %(date)s.") % told


def _return_terms() -> tuple[int, str]:
    """Return the days the store's own page on returns names, and the page's handle; 30 and nothing without it."""
    page = Page.objects.filter(handle=RETURNS_PAGE, is_published=True).first()
    if page is None:
        return DEFAULT_RETURN_DAYS, ""
    found = _DAYS.search(strip_tags(page.body_html))
    return (int(found.group(1)) if found else DEFAULT_RETURN_DAYS), page.handle


def _find_product(text: str, *, titles: Iterable[str]) -> tuple[str, str] | None:
    """Return title and handle of the product a text names, the longest name first; else of the order's only product."""
    active = Product.objects.filter(status=ProductStatus.ACTIVE)
    named = active.annotate(said=Value(text, output_field=CharField()), length=Length("title"))
    found = (
        named.filter(said__icontains=F("title"), length__gte=SHORTEST_TITLE)
        .order_by("-length", "pk")
        .values_list("title", "handle")
        .first()
    )
    bought = set(titles)
    if found is None and len(bought) == 1:
        found = active.filter(title=bought.pop()).values_list("title", "handle").first()
    return found
