"""The merchant's pages of drafts, and the page that a draft's link leads to."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from core.clock import utc_now
from core.tenancy import in_tenant
from storefront.catalog.models import ProductVariant
from storefront.customers.models import Address, Customer
from storefront.drafts.models import Draft
from storefront.drafts.services import cancel_draft
from storefront.inventory.services import set_stock
from storefront.orders.models import Order
from storefront.payments.models import Payment
from storefront.payments.services import open_account, settle_payment
from tenants.models import Tenant
from tests.storefront.checkout.orders import DETAILS, open_store
from tests.storefront.drafts.drafting import RUTH, make_draft
from tests.storefront.goods import make_variant
from tests.storefront.orders.making import make_order
from tests.storefront.stripe_sandbox import Shopper, sandbox_server, shopper

__all__ = ["sandbox_server", "shopper"]
DRAFTS = "/dashboard/orders/drafts/"
ADDRESS = {name: text for name, text in DETAILS.as_address().items() if name != "name"}


@pytest.fixture
def clock() -> datetime:
    return utc_now().replace(microsecond=0)


@pytest.fixture
def mug(acme: Tenant, shopper: Shopper, clock: datetime) -> ProductVariant:
    with in_tenant(acme):
        open_account(tenant=acme, now=clock)
        open_store(acme, clock)
        return make_variant("Enamel mug", price=1800, stock=5)


@pytest.fixture
def visitor(acme: Tenant, store_client: Callable[[Tenant], Client]) -> Client:
    return store_client(acme)


def draft_for(acme: Tenant, mug: ProductVariant, now: datetime, **facts: Any) -> Draft:
    with in_tenant(acme):
        return make_draft([(mug, 2)], now, **facts)


def read(answer: Any) -> str:
    return str(answer.content.decode())


def sent_by(page: str) -> dict[str, str]:
    """Return the hidden fields and chosen radios of the page of a link."""
    fields = BeautifulSoup(page, "html.parser").select(
        "#checkout-form input[type=hidden], #checkout-form input[checked]"
    )
    return {str(one["name"]): str(one.get("value", "")) for one in fields}


def test_a_merchant_puts_an_order_together_and_marks_it_as_paid(
    acme: Tenant, merchant_client: Client, mug: ProductVariant
) -> None:
    with in_tenant(acme):
        maya = Customer.objects.create(email="maya@example.com", name="Maya Lindqvist", created_at=utc_now())
        Address.objects.create(customer=maya, name=maya.name, **ADDRESS)
    assert DRAFTS in read(merchant_client.get("/dashboard/orders/"))
    assert "No drafts yet" in read(merchant_client.get(DRAFTS))
    new = f"{DRAFTS}new/"
    assert 'name="token"' in read(merchant_client.get(new))
    found = read(merchant_client.post(new, {"words": "enamel", "who": "lindq", "do": "find"}))
    assert f'name="pick" value="{mug.pk}"' in found and f'name="customer" value="{maya.pk}"' in found
    picked = read(merchant_client.post(new, {"pick": str(mug.pk), "customer": str(maya.pk)}))
    assert 'value="maya@example.com"' in picked and 'value="2214 NW Quimby Street"' in picked
    assert "$18.00" in picked and 'name="way"' in picked
    form = {
        f"add-{mug.pk}": "2",
        "email": maya.email,
        "name": maya.name,
        "country": "US",
        "language": "en",
        "currency": "USD",
        "days": "14",
    }
    wrong = merchant_client.post(new, {**form, "kind": "percent", "off": "200", "city": "Portland", "do": "save"})
    assert wrong.status_code == 422 and "Write the street and number." in read(wrong)
    assert "Write what the discount is for" in read(wrong)
    whole = {**form, **ADDRESS, "kind": "percent", "off": "10", "reason": "Old friend", "token": "b" * 26, "do": "save"}
    with in_tenant(acme):
        assert not Draft.objects.exists()
    page = read(merchant_client.post(new, whole, follow=True))
    merchant_client.post(new, whole)
    with in_tenant(acme):
        draft = Draft.objects.get()
    assert "-$3.60" in page.replace("−", "-") and "Old friend" in page and f"/pay/{draft.token}/" in page
    here = f"{DRAFTS}{draft.pk}/"
    assert draft.number in read(merchant_client.get(f"{DRAFTS}?view=open&q={draft.number}"))
    assert draft.number not in read(merchant_client.get(f"{DRAFTS}?view=sent"))
    seen = str(BeautifulSoup(page, "html.parser").select_one("input[name=seen]")["value"])  # type: ignore[index]
    refused = read(merchant_client.post(f"{here}paid/", {"way": "cash", "seen": "1"}, follow=True))
    assert "The total has changed" in refused
    order = read(merchant_client.post(f"{here}paid/", {"way": "cash", "seen": seen}, follow=True))
    assert f"Made from draft {draft.number} by" in order and "Cash" in order
    merchant_client.post(f"{here}paid/", {"way": "cash", "seen": seen})
    with in_tenant(acme):
        assert Order.objects.count() == 1
    assert "This is order" in read(merchant_client.get(here))
    assert merchant_client.post(f"{here}edit/", whole).status_code == 409


def test_what_is_typed_oddly_changes_nothing(acme: Tenant, merchant_client: Client, mug: ProductVariant) -> None:
    odd = {
        f"add-{mug.pk}": "-1",
        "add-9" + "9" * 30: "1",
        "pick": "1e9",
        "words": "a\0b",
        "who": "\0",
        "customer": "9" * 30,
    }
    assert merchant_client.post(f"{DRAFTS}new/", odd).status_code == 200
    for more in (
        {"add-999999": "1"},
        {"currency": "XXX"},
        {"language": "tlh"},
        {"way": "999999", f"add-{mug.pk}": "1"},
    ):
        assert merchant_client.post(f"{DRAFTS}new/", {**more, "do": "save"}).status_code == 422, more
    for deed in ("send", "paid", "extend", "cancel", "copy"):
        assert merchant_client.post(f"{DRAFTS}999999/{deed}/").status_code == 404
    assert merchant_client.get(f"{DRAFTS}999999/").status_code == 404
    with in_tenant(acme):
        assert not Draft.objects.exists()


def test_sent_extended_duplicated_and_called_off_from_its_page(
    acme: Tenant, merchant_client: Client, mug: ProductVariant, clock: datetime
) -> None:
    draft = draft_for(acme, mug, clock)
    here = f"{DRAFTS}{draft.pk}/"
    assert "The link goes to maya@example.com." in read(merchant_client.post(f"{here}send/", follow=True))
    assert "Link sent" in read(merchant_client.get(here))
    assert "Choose for how long" in read(merchant_client.post(f"{here}extend/", {"days": "99"}, follow=True))
    assert "Extended." in read(merchant_client.post(f"{here}extend/", {"days": "30"}, follow=True))
    assert "new draft of the same goods" in read(merchant_client.post(f"{here}copy/", follow=True))
    assert "Called off." in read(merchant_client.post(f"{here}cancel/", follow=True))
    assert "Begin again" in read(merchant_client.get(here))
    assert "Extended." in read(merchant_client.post(f"{here}extend/", {"days": "7"}, follow=True))
    with in_tenant(acme):
        assert sorted(Draft.objects.values_list("state", flat=True)) == ["open", "sent"]
        order = make_order(clock)
    copied = read(merchant_client.post(f"/dashboard/orders/{order.pk}/draft/", follow=True))
    assert "new draft of the same goods" in copied


def test_whoever_has_the_link_pays_what_was_promised(
    acme: Tenant, visitor: Client, mug: ProductVariant, shopper: Shopper, clock: datetime
) -> None:
    draft = draft_for(acme, mug, clock, discount_amount=600, reason="Old friend")
    path = f"/pay/{draft.token}/"
    answer = visitor.get(path)
    page = read(answer)
    assert answer["X-Robots-Tag"] == "noindex" and 'content="noindex"' in page
    assert "2214 NW Quimby Street" in page and "Old friend" in page and 'name="line1"' not in page
    form = sent_by(page)
    seen = json.loads(form["seen"])
    assert seen["sums"][:2] == [3600, 600]
    stale = visitor.post(path, {**form, "seen": json.dumps({**seen, "sums": [1, 0, 0, 1]})})
    assert stale.status_code == 409 and "The total has changed" in read(stale)
    started = visitor.post(path, {**form, "payment_method": "stripe"})
    assert started.status_code == 303
    assert visitor.post(path, {**form, "payment_method": "stripe"})["Location"] == started["Location"]
    with in_tenant(acme):
        payment = Payment.objects.get()
        back = f"/orders/{payment.order.token}/asked/"
    (session,) = shopper.sessions(payment.account_id)
    assert session["cancel_url"].endswith(back)
    assert visitor.get(back)["Location"] == f"{path}?canceled=1"
    assert "Payment was not finished" in read(visitor.get(f"{path}?canceled=1"))
    shopper.pay(payment.account_id, str(payment.stripe_checkout_session_id))
    with in_tenant(acme):
        settle_payment(payment_id=payment.pk, actor="shopper", now=clock)
    assert visitor.get(path)["Location"] == visitor.get(back)["Location"] == f"/orders/{payment.order.token}/"


def test_what_the_merchant_did_not_write_is_asked_for(
    acme: Tenant, visitor: Client, mug: ProductVariant, clock: datetime
) -> None:
    draft = draft_for(acme, mug, clock, email="", name="", address={})
    path = f"/pay/{draft.token}/"
    form = sent_by(read(visitor.get(path))) | {"payment_method": "bank_transfer", "country": "US"}
    missing = visitor.post(path, form)
    assert missing.status_code == 422 and "Write the street and number." in read(missing)
    assert "Where should the receipt go?" in read(missing)
    typed = {**form, **ADDRESS, "email": "june@example.com", "name": "June"}
    shown = read(visitor.post(path, {**typed, "refresh": "1"}))
    assert 'value="june@example.com"' in shown
    done = visitor.post(path, {**typed, **sent_by(shown), "payment_method": "bank_transfer"})
    with in_tenant(acme):
        order = Order.objects.get()
        assert done["Location"] == f"/orders/{order.token}/"
        assert (order.email, order.shipping_address["line1"], order.paid_at) == (
            "june@example.com",
            ADDRESS["line1"],
            None,
        )
        draft.refresh_from_db()
        assert (draft.state, draft.order) == ("completed", order)


def test_what_cannot_be_paid_is_said_with_what_to_do(
    acme: Tenant, visitor: Client, mug: ProductVariant, clock: datetime
) -> None:
    draft = draft_for(acme, mug, clock)
    path = f"/pay/{draft.token}/"
    form = sent_by(read(visitor.get(path))) | {"payment_method": "bank_transfer"}
    with in_tenant(acme):
        set_stock(variant_id=mug.pk, on_hand_count=1, actor="tests", now=clock)
    assert "is not to be had like this any more" in read(visitor.get(path))
    short = visitor.post(path, form)
    assert short.status_code == 409 and "is not to be had like this any more" in read(short)
    with in_tenant(acme):
        Draft.objects.update(expires_at=clock - timedelta(minutes=1))
    assert visitor.get(path).status_code == 410 and "This offer is over" in read(visitor.post(path, form))
    with in_tenant(acme):
        Draft.objects.update(expires_at=clock + timedelta(days=1))
        cancel_draft(draft_id=draft.pk, actor=RUTH, now=clock)
        assert not Order.objects.exists()
    assert "This offer was called off" in read(visitor.get(path))
    assert visitor.get("/pay/nothing/").status_code == visitor.get("/orders/nothing/asked/").status_code == 404
    chinese = read(visitor.get(f"/zh-hans{path}"))
    assert "这份订单已被撤回" in chinese
