"""The guards of goods and money, each taken away as somebody would write it who has not thought of others."""

import re
import time
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError
from django.db.models import F

from tests.guards.registry import guard


@guard("units-in-one-statement", "M1", what="Units are held by a statement that counts and takes at once.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look first and write then, as often as it takes, without the CHECK that a stock never goes below what is held."""
    from storefront.inventory.models import Stock

    def look_then_write(batch: Any, *, lines: list[tuple[int, int]], **_more: Any) -> None:
        ((variant_id, quantity),) = lines
        left = Stock.objects.get(variant_id=variant_id).available_count
        time.sleep(0.1)
        if left >= quantity:
            held = F("reserved_count") + quantity
            Stock.objects.filter(variant_id=variant_id).update(reserved_count=held, may_go_negative=True)

    monkeypatch.setattr("storefront.checkout.services.starting.add_reservation", look_then_write)
    monkeypatch.setattr("storefront.checkout.services.starting.allocate", lambda **_words: None)


@guard(
    "cart-of-one-order",
    "M2",
    what="Whoever makes a cart an order holds the cart, and an order's cart is no other order's.",
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither lock the cart nor write it into the order, where the database would refuse it a second time."""
    from storefront.carts.models import Cart
    from storefront.checkout.services import starting

    add = starting.add_order
    monkeypatch.setattr(starting, "lock_cart", lambda token: Cart.objects.filter(token=token).first())
    monkeypatch.setattr(
        starting, "add_order", lambda batch, *, new, **words: add(batch, new=replace(new, cart_token=None), **words)
    )


@guard(
    "draft-as-it-was-seen",
    "M5",
    what="A draft that was changed or called off since somebody looked at it does not become an order.",
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storefront.checkout.services.starting.is_about", lambda _terms, _cart: True)


@guard("one-order-of-a-draft", "M2", what="A second order of a draft, or one of a draft called off, goes back.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storefront.drafts.services.ending.enqueue", lambda **_words: None)


@guard("payment-held", "M3", "W1", what="Whoever completes an order holds its cart, the order and the payment.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from storefront.orders.models import Order
    from storefront.payments.models import Payment

    module = "storefront.payments.services.completing"
    monkeypatch.setattr(f"{module}.lock_cart", lambda token: None)
    monkeypatch.setattr(f"{module}.lock_order", lambda pk: Order.objects.get(pk=pk))
    monkeypatch.setattr(f"{module}.lock_payment", lambda pk: Payment.objects.get(pk=pk))


@guard("uses-in-one-statement", "M4", what="A discount is counted by the statement that sees whether it still may be.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the count, decide, write it back."""
    from storefront.discounts.errors import DiscountGone
    from storefront.discounts.models import DiscountCode, DiscountUse

    def take_uses(*, order_token: str, customer_id: int, uses: Any, currency: str, now: datetime) -> None:
        (use,) = uses
        code = DiscountCode.objects.get(pk=use.code_id)
        if code.limit_count is not None and code.used_count >= code.limit_count:
            raise DiscountGone("gone", promotion_ids=[use.promotion_id])
        time.sleep(0.1)
        DiscountCode.objects.filter(pk=code.pk).update(used_count=code.used_count + 1)
        DiscountUse.objects.create(promotion_id=use.promotion_id, code_id=code.pk, order_token=order_token,
                                   customer_id=customer_id, amount=use.amount, currency=currency, created_at=now)  # fmt: skip

    monkeypatch.setattr("tests.concurrency.test_discounts.take_uses", take_uses)


@guard("balance-in-one-statement", "M4", what="A card pays by the statement that sees whether enough is on it.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the balance, decide, write it back."""
    from storefront.credits.errors import CreditGone
    from storefront.credits.models import GiftCard

    def take_credit(*, tenders: Any, **_words: Any) -> None:
        (tender,) = tenders
        card = GiftCard.objects.get(pk=tender.gift_card_id)
        if card.balance_amount < tender.amount:
            raise CreditGone("gone")
        time.sleep(0.1)
        GiftCard.objects.filter(pk=card.pk).update(balance_amount=card.balance_amount - tender.amount)

    monkeypatch.setattr("tests.concurrency.test_credits.take_credit", take_credit)


@guard(
    "sum-that-was-seen",
    "M5",
    what="An order is placed for the sum that stood on the button, or comes back to be looked at.",
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from storefront.checkout.services import starting

    check = starting.check
    monkeypatch.setattr(
        starting,
        "check",
        lambda quote, request: check(quote, replace(request, expected_total=None, expected_currency="")),
    )


@guard("plain-digits", "M6", what="A quantity is a whole number in plain digits.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storefront.carts.quantities._WHOLE_NUMBER", re.compile(r"\s*[+-]?\d{1,9}\s*"))


@guard("cards-have-their-part", "M8", what="A canceled order gives cards and credit back what they paid of it.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storefront.payments.answers.give_canceled_credit", lambda **_words: 0)


@guard("uses-come-back", "M4", what="A canceled order that nobody paid counts its discounts as not used.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storefront.payments.services.crediting.give_back_uses", lambda **_words: 0)


@guard("mail-keeps-its-name", "F7", what="A mail that is sent again by the same task has the same Message-ID.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("integrations.mail.leaving._headers", lambda mail: {})


@guard("refunds-held", "M8", what="Whoever gives money back holds the order and the payment.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from storefront.orders.models import Order
    from storefront.payments.models import Payment

    module = "storefront.payments.services.refunding"
    monkeypatch.setattr(f"{module}.lock_order", lambda pk: Order.objects.get(pk=pk))
    monkeypatch.setattr(f"{module}.lock_payment", lambda pk: Payment.objects.get(pk=pk))


@guard(
    "totals-of-a-held-customer", "M8", what="What a customer spent is counted when the customer is held, not before."
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storefront.orders.bulk.hold_customers", lambda customer_ids: None)


@guard(
    "late-money-finds-goods", "M9", what="Money that comes late opens the order only where its goods can still be had."
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storefront.payments.services.completing._take_all", lambda order, **_words: True)


@guard("tried-again", "M10", what="Whoever gave way in a deadlock tries again.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    def give_up(error: DatabaseError, **_words: Any) -> None:
        raise error

    monkeypatch.setattr("core.db.contention.refuse_contention", give_up)


@guard("provider-is-read", "M11", what="Books are compared with all that the provider has.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at payments alone, and not at what was given back."""
    monkeypatch.setattr("storefront.payments.services.reconciling.compare_refunds", lambda *_sides, **_words: [])


@guard("key-before-the-call", "W8", "W9", what="A call to the provider has a key that was written before it.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make up a key for each call."""
    from integrations.stripe import gateway

    create = gateway.create_checkout_session
    monkeypatch.setattr(
        gateway, "create_checkout_session", lambda request: create(replace(request, idempotency_key=uuid4().hex))
    )


@guard("form-is-known", "W9", what="A refund keeps the token of the form that asked for it.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from storefront.payments.services import refunding

    write = refunding.write_refund
    monkeypatch.setattr(refunding, "write_refund", lambda payment, **words: write(payment, **words | {"token": None}))


@guard(
    "tax-of-this-very-basket",
    "M5",
    what="Taxes that a service counted are taken for the goods, sums and address that it was asked about, and no others.",
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from storefront.pricing.assessing import Assessed
    from storefront.taxes.asking import TaxAnswer, TaxTerms

    def any_answer(terms: TaxTerms, question: Any) -> TaxAnswer | None:
        if terms.answer is None:
            return None
        keys = [line.key for line in question.lines]
        bare = Assessed({key: terms.answer.assessed.lines.get(key, ()) for key in keys}, (), is_included=False)
        return replace(terms.answer, assessed=bare)

    monkeypatch.setattr(TaxTerms, "answer_to", any_answer)


@guard("no-order-without-its-tax", "M5", what="No order is placed while the tax of it could not be counted.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    """Go on without tax where nobody answers."""
    from storefront.carts import quoting
    from storefront.checkout.services import starting

    def settle(view: Any, terms: Any, **words: Any) -> Any:
        try:
            return quoting.settle_taxes(view, terms, **words)
        except quoting.TaxUnavailable:
            return terms

    monkeypatch.setattr(starting, "settle_taxes", settle)
    monkeypatch.setattr(quoting.Quote, "is_tax_open", False)


@guard(
    "tax-is-reported-under-one-name",
    "W9",
    what="A sale has one name in Stripe Tax's reports, however often it is told.",
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.ids import new_token
    from storefront.taxes.providers import StripeTax

    report = StripeTax.report
    monkeypatch.setattr(StripeTax, "report", lambda self, **words: report(self, **{**words, "reference": new_token()}))
