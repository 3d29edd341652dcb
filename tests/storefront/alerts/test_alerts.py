"""People who want to know when something is back: told once, oldest first, forgotten when they say so."""

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client

from core.events import publish
from core.outbox.models import OutboxMessage
from core.tenancy import in_tenant
from storefront.alerts.errors import AlertNotFound, AlertRefused
from storefront.alerts.models import StockAlert
from storefront.alerts.services import TASK, ask_to_be_told, make_token, send_waiting, stop_telling
from storefront.catalog.models import ProductVariant
from storefront.catalog.services import update_variant
from storefront.customers.events import CustomerDataAsked, CustomerErased
from storefront.inventory.services import Part, set_parts, set_stock
from tenants.models import Tenant
from tests.storefront.goods import make_variant

pytestmark = pytest.mark.usefixtures("in_acme")


def ask(variant: ProductVariant, email: str, now: datetime) -> bool:
    return ask_to_be_told(variant_id=variant.pk, email=email, language="en", now=now)


def asked() -> int:
    return OutboxMessage.objects.filter(task=TASK).count()


def test_everybody_is_told_once_who_asked_first_first(now: datetime) -> None:
    variant = make_variant(stock=0)
    assert [ask(variant, email, now) for email in ("B@example.com", "b@example.com ")] == [True, False]
    ask(variant, "a@example.com", now + timedelta(minutes=1))
    set_stock(variant_id=variant.pk, on_hand_count=1, actor="x", now=now)
    assert asked() >= 1
    assert send_waiting(variant_id=variant.pk, now=now) == 2
    assert send_waiting(variant_id=variant.pk, now=now) == 0
    assert [one.to for one in mail.outbox] == [["b@example.com"], ["a@example.com"]]
    assert "/stop/" in mail.outbox[0].body
    assert ask(variant, "a@example.com", now)


def test_nobody_is_told_of_what_sold_out_again(now: datetime) -> None:
    variant = make_variant(stock=0)
    ask(variant, "a@example.com", now)
    assert send_waiting(variant_id=variant.pk, now=now) == 0
    assert (mail.outbox, StockAlert.objects.get().sent_at) == ([], None)


def test_more_of_what_was_never_gone_asks_for_nothing(now: datetime) -> None:
    variant = make_variant(stock=1)
    ask(variant, "a@example.com", now)
    ProductVariant.objects.filter(pk=variant.pk).update(tracks_stock=True)
    before = asked()
    set_stock(variant_id=variant.pk, on_hand_count=0, actor="x", now=now)
    assert asked() == before


def test_selling_when_out_and_a_set_whose_part_is_back_count_too(now: datetime) -> None:
    variant, part, box = make_variant("One", stock=0), make_variant("Part", stock=0), make_variant("Set", stock=None)
    set_parts(variant_id=box.pk, parts=[Part(part.pk, 2)])
    ask(variant, "a@example.com", now)
    ask(box, "b@example.com", now)
    update_variant(
        variant_id=variant.pk,
        price_amount=1800,
        compare_at_amount=None,
        sku="",
        sells_when_out=True,
        actor="x",
        now=now,
    )
    assert send_waiting(variant_id=variant.pk, now=now) == 1
    set_stock(variant_id=part.pk, on_hand_count=2, actor="x", now=now)
    assert OutboxMessage.objects.filter(task=TASK, kwargs={"variant_id": box.pk}).exists()


@pytest.mark.parametrize("email", ["", "maya", "maya@", "a@b\n.com", "x" * 250 + "@example.com", "<script>@x.com"])
def test_what_is_no_address_is_refused(email: str, now: datetime) -> None:
    with pytest.raises(AlertRefused):
        ask(make_variant(stock=0), email, now)


def test_who_stops_is_deleted_everywhere(now: datetime) -> None:
    one, two = make_variant("One", stock=0), make_variant("Two", stock=0)
    for variant in (one, two):
        ask(variant, "a@example.com", now)
    ask(one, "b@example.com", now)
    alert = StockAlert.objects.filter(email="a@example.com").first()
    assert alert is not None
    with pytest.raises(AlertNotFound):
        stop_telling(alert_id=alert.pk, token="wrong")
    stop_telling(alert_id=alert.pk, token=make_token(alert))
    assert list(StockAlert.objects.values_list("email", flat=True)) == ["b@example.com"]


def test_the_form_works_without_a_script_and_twice_makes_one(in_acme: Tenant, client: Client) -> None:
    variant, host = make_variant(stock=0), f"{in_acme.slug}.localhost"
    url = f"/products/{variant.product.handle}/tell-me/"
    assert b'name="email"' in client.get(url, HTTP_HOST=host).content
    assert client.post(url, {"email": "nobody"}, HTTP_HOST=host).status_code == 422
    for _time in range(2):
        assert client.post(url, {"email": "a@example.com"}, HTTP_HOST=host).status_code == 200
    with in_tenant(in_acme):
        alert = StockAlert.objects.get()
        stop = f"/alerts/{alert.pk}/{make_token(alert)}/stop/"
    client.get(stop, HTTP_HOST=host)
    with in_tenant(in_acme):
        assert StockAlert.objects.count() == 1
    assert client.post(stop, HTTP_HOST=host).status_code == 200
    with in_tenant(in_acme):
        assert StockAlert.objects.count() == 0


def test_who_is_erased_waits_for_nothing_and_before_that_is_told_what_they_wait_for(now: datetime) -> None:
    variant = make_variant(stock=0)
    ask(variant, "a@example.com", now)
    ask(variant, "b@example.com", now)
    question = CustomerDataAsked(customer_id=1, email="A@example.com")
    publish(question)
    assert [row["product"] for row in question.sections["stock_alerts"]] == ["Enamel mug"]
    publish(CustomerErased(customer_id=1, email="A@example.com", now=now))
    assert list(StockAlert.objects.values_list("email", flat=True)) == ["b@example.com"]


def test_a_flood_of_wishes_is_stopped(in_acme: Tenant, client: Client) -> None:
    variant, host = make_variant(stock=0), f"{in_acme.slug}.localhost"
    url = f"/products/{variant.product.handle}/tell-me/"
    answers = [client.post(url, {"email": f"a{n}@example.com"}, HTTP_HOST=host).status_code for n in range(22)]
    assert answers[-1] == 429
    with in_tenant(in_acme):
        assert StockAlert.objects.count() == 20
