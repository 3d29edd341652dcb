"""Two customers become one: all that the one had is the other's, in every table, and nothing is lost on the way."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.core.cache import cache
from django.db import IntegrityError, connection, models
from django.db.models import Sum
from django.test import Client

import core.events
from core.events import publish
from core.outbox.models import OutboxMessage
from core.tags import TagsRefused
from core.tenancy import in_public, in_tenant
from recsys.interactions.models import Interaction
from recsys.serving.models import CustomerRecommendation, TrainedModel
from storefront.alerts.models import StockAlert
from storefront.carts.models import Cart, CartLine
from storefront.content.models import NewsletterConsent
from storefront.content.selectors import find_consent
from storefront.credits.models import CreditEntry, GiftCard, StoreCredit, Tender
from storefront.credits.services import adjust_store_credit, issue_card
from storefront.customers.errors import CustomerNotFound, MergeRefused
from storefront.customers.events import CustomersMerged
from storefront.customers.models import (
    Address,
    Consent,
    Customer,
    CustomerEvent,
    CustomerLoginLink,
    CustomerSignIn,
    DataExport,
    ErasureReceipt,
    FormerCustomer,
)
from storefront.customers.services import erase_customer, keep_words, merge_customers
from storefront.customers.services.exporting import collect_data
from storefront.discounts.models import DiscountUse, Promotion
from storefront.orders.models import Order, OrderEvent
from storefront.recovery.models import AbandonedCart
from storefront.reviews.models import Refusal, Review
from storefront.support.models import Conversation
from storefront.transfer.models import ImportRun, UndoBatch
from storefront.wishlists.models import SavedItem, Wishlist
from tenants.archive.models import Erasure
from tenants.models import Tenant, TenantEvent
from tests.isolation.planting import store_models
from tests.storefront.catalog.making import make_product

STAYS, GOES = "maya@example.com", "maya.old@example.com"
POSTAL = {"name": "Maya Reed", "line1": "1 Pine St", "city": "Portland", "country": "US"}
# Columns that keep the number of somebody who is no customer any more.
KEPT_NUMBERS = {("customers.ErasureReceipt", "customer_id")}


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any) -> None:
    settings.PRIVATE_ROOT, settings.MEDIA_ROOT = tmp_path / "private", tmp_path / "media"
    cache.clear()


def make_customer(email: str, now: datetime, **facts: Any) -> Customer:
    return Customer.objects.create(email=email, created_at=now, **facts)


@pytest.fixture
def two(acme: Tenant, now: datetime) -> tuple[Customer, Customer]:
    """Two customers; whoever goes has something in every table that points at one."""
    with in_tenant(acme):
        stays = make_customer(STAYS, now, name="Maya Reed", orders_count=2, spent_amount=500, tags=["vip"], note="Tea")
        goes = make_customer(
            GOES, now - timedelta(days=900), name="M. Kanarin", phone="+1 503 555 0177", orders_count=1,
            spent_amount=700, last_order_at=now, tags=["VIP", "press"], note="Coffee", wants_reminders=True,
            accepts_marketing=True,
        )  # fmt: skip
        goes.set_password("correct horse battery")
        goes.save()
        fill(stays, goes, now)
    return stays, goes


def fill(stays: Customer, goes: Customer, now: datetime) -> None:
    mug, tray = make_product("Enamel mug", price=1800, stock=4), make_product("Tray", price=900, stock=9)
    _fill_account(goes, now)
    Address.objects.create(customer=stays, is_default=True, **POSTAL)
    order = Order.objects.create(
        name="#7", token="a" * 26, customer=goes, email=GOES, currency="USD", subtotal_amount=700, total_amount=700,
        placed_at=now, status="open", fulfillment_status="fulfilled",
    )  # fmt: skip
    OrderEvent.objects.create(order=order, type="order.placed", actor=GOES, created_at=now)
    for number, (customer, product, count) in enumerate(((stays, mug, 1), (goes, mug, 2), (goes, tray, 1))):
        cart, _made = Cart.objects.get_or_create(
            customer=customer,
            defaults={"token": f"{number}" * 26, "created_at": now, "updated_at": now, "lines_count": count},
        )
        CartLine.objects.create(cart=cart, variant=product.variants.get(), quantity=count, created_at=now)
    AbandonedCart.objects.create(
        cart=Cart.objects.get(customer=goes), customer=goes, email=GOES, language="en", title="Mug", items_count=3,
        amount=1, currency="USD", outcome="waiting", nonce="n", left_at=now, found_at=now,
    )  # fmt: skip
    _fill_words(stays, goes, [mug, tray], now)
    _fill_money(stays, goes, now)


def _fill_words(stays: Customer, goes: Customer, goods: list[Any], now: datetime) -> None:
    mug, tray = goods
    for customer, rating in ((stays, 2), (goes, 5)):
        Review.objects.create(
            customer=customer, product=mug, rating=rating, body="Good", status="approved" if rating == 5 else "pending",
            created_at=now, updated_at=now,
        )  # fmt: skip
    Review.objects.create(customer=goes, product=tray, rating=4, body="Fine", created_at=now, updated_at=now)
    Refusal.objects.create(email=GOES, created_at=now)
    for customer, products in ((stays, [mug]), (goes, [mug, tray])):
        wishes = Wishlist.objects.create(customer=customer, created_at=now, updated_at=now)
        for product in products:
            SavedItem.objects.create(wishlist=wishes, product=product, created_at=now)
    Wishlist.objects.filter(customer=goes).update(share_token="s" * 26)
    for email in (STAYS, GOES):
        StockAlert.objects.create(variant=mug.variants.get(), email=email, nonce="n", created_at=now)
    StockAlert.objects.create(variant=tray.variants.get(), email=GOES, nonce="n", created_at=now)
    for email in (GOES, "work@example.com"):
        Conversation.objects.create(
            token=email[:26].ljust(26, "x"), customer=goes, email=email, subject="Where", created_at=now,
            last_message_at=now,
        )  # fmt: skip
    for email, said in ((STAYS, "given"), (GOES, "taken_back")):
        NewsletterConsent.objects.create(email=email, consent=said, language="en", source="footer", created_at=now)
    for customer in (stays, goes):
        Interaction.objects.create(customer_id=customer.pk, product_id=mug.pk, kind="view", created_at=now)
    model = TrainedModel.objects.create(state="ready", started_at=now)
    for customer, slot in ((stays, "for_you"), (goes, "for_you"), (goes, "buy_again")):
        CustomerRecommendation.objects.create(
            model=model, customer_id=customer.pk, slot=slot, product_ids=[customer.pk], scores=[1.0]
        )
    run = ImportRun.objects.create(
        token="r" * 26, kind="customers", filename="p.csv", created_by="x", created_at=now, header=[], samples=[]
    )
    UndoBatch.objects.create(run=run, rows=[[goes.pk, None, {}], [stays.pk, None, {}], [0, None, {}]])


def _fill_money(stays: Customer, goes: Customer, now: datetime) -> None:
    promotion = Promotion.objects.create(
        title="Ten", kind="order", starts_at=now, customer_ids=[goes.pk], created_at=now, updated_at=now
    )
    DiscountUse.objects.create(
        promotion=promotion, order_token="a" * 26, customer=goes, amount=1, currency="USD", created_at=now
    )
    issue_card(amount=900, currency="USD", actor="x", now=now, customer_id=goes.pk)
    for customer, currency, amount in ((stays, "USD", 500), (goes, "USD", 300), (goes, "EUR", 40)):
        adjust_store_credit(customer_id=customer.pk, currency=currency, amount=amount, actor="x", now=now)
    credit = StoreCredit.objects.get(customer=goes, currency="USD")
    Tender.objects.create(order_token="a" * 26, store_credit=credit, amount=50, created_at=now)


def _fill_account(goes: Customer, now: datetime) -> None:
    Address.objects.create(customer=goes, is_default=True, **{**POSTAL, "line1": "77 Canary Wharf Lane"})
    Address.objects.create(customer=goes, **{**POSTAL, "name": "MAYA  reed"})
    CustomerSignIn.objects.create(customer=goes, key_hash="1" * 64, created_at=now, seen_at=now)
    CustomerLoginLink.objects.create(
        token_hash="0" * 64, nonce="n", email=GOES, customer=goes, created_at=now, expires_at=now + timedelta(days=1)
    )
    Consent.objects.create(customer=goes, kind="marketing", is_given=True, words="Yes", created_at=now)
    CustomerEvent.objects.create(customer=goes, type="note.added", actor="x", data={"text": "called"}, created_at=now)
    DataExport.objects.create(customer=goes, language="en", created_at=now, expires_at=now + timedelta(days=1))
    FormerCustomer.objects.create(pk=9_000_001, customer=goes, email="maya.older@example.com", merged_at=now)


def merge(stays: Customer, goes: Customer, now: datetime) -> Customer:
    return merge_customers(stays_id=stays.pk, goes_id=goes.pk, actor="owner@acme.example", now=now)


def pointers() -> list[tuple[type[models.Model], str]]:
    """Return every column of a store that names a customer by number: keys, and numbers that are no keys."""
    found = []
    for model in store_models():
        for field in model._meta.local_fields:
            is_key = field.is_relation and field.related_model is Customer
            if is_key or field.name in ("customer_id", "customer_ids"):
                found.append((model, field.attname))
    return [one for one in found if (one[0]._meta.label, one[1]) not in KEPT_NUMBERS]


def count_pointing(model: type[models.Model], column: str, customer_id: int) -> int:
    how = f"{column}__contains" if column.endswith("_ids") else column
    value = [customer_id] if column.endswith("_ids") else customer_id
    return model._default_manager.filter(**{how: value}).count()


def test_no_column_points_at_whoever_went(acme: Tenant, two: tuple[Customer, Customer], now: datetime) -> None:
    """Walks every column that names a customer; a new one has to be filled above, or this is red before it begins."""
    stays, goes = two
    with in_tenant(acme):
        empty = [
            f"{model._meta.label}.{column}"
            for model, column in pointers()
            if not count_pointing(model, column, goes.pk)
        ]
        assert empty == [], "give whoever goes a row in each of these, so that the walk has something to find"
        merge(stays, goes, now)
        left = [
            f"{model._meta.label}.{column}" for model, column in pointers() if count_pointing(model, column, goes.pk)
        ]
        assert left == []
        assert not Customer.objects.filter(pk=goes.pk).exists()


def test_a_part_that_forgets_is_refused_by_the_database_and_nothing_has_changed(
    acme: Tenant, two: tuple[Customer, Customer], now: datetime, monkeypatch: pytest.MonkeyPatch, subtests: Any
) -> None:
    stays, goes = two
    handlers = core.events._handlers[CustomersMerged]
    keys = {model._meta.app_config.name for model, _column in pointers() if model._meta.app_label != "customers"}
    for part in sorted(keys - {"recsys.interactions", "recsys.serving"}):  # whose numbers are no keys
        with subtests.test(part=part), in_tenant(acme):
            kept = [handler for handler in handlers if not handler.__module__.startswith(part)]
            assert len(kept) < len(handlers), f"{part} does not listen"
            monkeypatch.setitem(core.events._handlers, CustomersMerged, kept)
            with pytest.raises((IntegrityError, models.ProtectedError)):
                merge(stays, goes, now)
            assert Customer.objects.filter(pk__in=[stays.pk, goes.pk]).count() == 2
            assert Order.objects.get().customer_id == goes.pk


def test_each_part_that_keeps_an_address_listens() -> None:
    """A table with an e-mail address belongs to a part that hears of merges, or is named here with its reason."""
    listening = {handler.__module__.rpartition(".")[0] for handler in core.events._handlers[CustomersMerged]}
    other = {
        "storefront.customers",  # moves its own before the others
        "storefront.returns",  # withdrawals hang on orders and keep the address they were declared with
        "storefront.notifications",  # that an address cannot be reached stays true of it
    }
    missing = {
        model._meta.app_config.name
        for model in apps.get_models()
        if getattr(model._meta.app_config, "schema", "") == "tenant"
        and any(isinstance(field, models.EmailField) for field in model._meta.local_fields)
    } - listening - other  # fmt: skip
    assert missing == set()


def test_what_the_one_had_is_the_others(acme: Tenant, two: tuple[Customer, Customer], now: datetime) -> None:
    stays, goes = two
    with in_tenant(acme):
        merge(stays, goes, now)
        stays.refresh_from_db()
        assert (stays.email, stays.name, stays.phone) == (STAYS, "Maya Reed", "+1 503 555 0177")
        assert (stays.orders_count, stays.spent_amount, stays.last_order_at) == (3, 1200, now)
        assert stays.created_at == now - timedelta(days=900)
        assert stays.tags == ["vip", "press"] and stays.note == "Tea\n\nCoffee"
        assert not stays.has_account, "whoever stays keeps their own sign-in"
        streets = Address.objects.filter(customer=stays).order_by("-is_default", "pk")
        assert [one.line1 for one in streets] == ["1 Pine St", "77 Canary Wharf Lane"]
        assert [one.is_default for one in streets] == [True, False]
        assert {event.actor for event in OrderEvent.objects.all()} == {STAYS}
        assert Order.objects.get().email == GOES, "an order keeps the address it was placed with"
        newest = Cart.objects.filter(customer=stays, lines_count__gt=0).get()
        assert sorted(newest.lines.values_list("quantity", flat=True)) == [1, 3]
        assert AbandonedCart.objects.get().email == STAYS
        assert sorted(Review.objects.values_list("rating", flat=True)) == [4, 5], "the one that everybody sees stays"
        assert Refusal.objects.filter(email=STAYS).exists()
        wishes = Wishlist.objects.get()
        assert wishes.items.count() == 2 and wishes.share_token == "s" * 26
        assert sorted(StockAlert.objects.values_list("email", flat=True)) == [STAYS, STAYS]
        assert set(Conversation.objects.values_list("email", flat=True)) == {STAYS, "work@example.com"}
        assert Promotion.objects.get().customer_ids == [stays.pk]
        lists = {row.slot: row.product_ids for row in CustomerRecommendation.objects.filter(customer_id=stays.pk)}
        assert lists == {"for_you": [stays.pk], "buy_again": [goes.pk]}
        assert Interaction.objects.filter(customer_id=stays.pk).count() == 2
        assert UndoBatch.objects.get().rows == [[0, None, {}]]
        assert GiftCard.objects.get().customer_id == stays.pk
        assert set(stays.former.values_list("email", flat=True)) == {GOES, "maya.older@example.com"}


def test_credit_adds_up_with_its_ledger(acme: Tenant, two: tuple[Customer, Customer], now: datetime) -> None:
    stays, goes = two
    with in_tenant(acme):
        before = CreditEntry.objects.count()
        merge(stays, goes, now)
        balances = {one.currency: one for one in StoreCredit.objects.all()}
        assert {key: one.balance_amount for key, one in balances.items()} == {"USD": 800, "EUR": 40}
        for credit in balances.values():
            assert credit.entries.aggregate(sum=Sum("amount"))["sum"] == credit.balance_amount
            assert credit.entries.order_by("-pk")[0].balance_amount == credit.balance_amount
        assert CreditEntry.objects.count() == before + 2, "what was written stays, and two lines say what happened"
        assert Tender.objects.get().store_credit == balances["USD"], "what comes back of an order comes here"


@pytest.mark.parametrize(
    ("mine", "theirs", "after", "lines"),
    [
        (True, True, True, 0),
        (True, False, False, 1),
        (False, True, False, 0),
        (None, True, None, 0),
        (True, None, None, 0),
        (None, False, False, 0),
    ],
)
def test_the_stricter_answer_stays_and_the_ledger_has_both(
    acme: Tenant, now: datetime, mine: bool | None, theirs: bool | None, after: bool | None, lines: int
) -> None:
    with in_tenant(acme):
        stays = make_customer(STAYS, now, wants_reminders=mine)
        goes = make_customer(GOES, now, wants_reminders=theirs)
        for one in (stays, goes):
            Consent.objects.create(customer=one, kind="reminders", is_given=True, words="Yes", created_at=now)
        merge(stays, goes, now)
        stays.refresh_from_db()
        assert stays.wants_reminders is after
        assert Consent.objects.filter(customer=stays, place="").count() == 2
        assert Consent.objects.filter(customer=stays, place="merge", is_given=False).count() == lines


def test_who_wants_no_suggestions_is_forgotten_by_the_recommender(
    acme: Tenant, two: tuple[Customer, Customer], now: datetime
) -> None:
    stays, goes = two
    with in_tenant(acme):
        Customer.objects.filter(pk=goes.pk).update(wants_personal=False)
        merge(stays, goes, now)
        assert not Interaction.objects.exists()
        stays.refresh_from_db()
        assert not stays.wants_personal and not stays.accepts_marketing


def test_nobody_gets_letters_at_the_address_that_went(
    acme: Tenant, two: tuple[Customer, Customer], now: datetime
) -> None:
    stays, goes = two
    with in_tenant(acme):
        merge(stays, goes, now)
        assert find_consent(STAYS) == "taken_back", "the other one had said no"
        assert NewsletterConsent.objects.filter(email=GOES).count() == 1
        assert {"letters"} <= set(collect_data(stays)) and len(collect_data(stays)["letters"]) == 3


def test_a_note_that_has_no_room_stands_in_the_timeline(acme: Tenant, now: datetime) -> None:
    with in_tenant(acme):
        stays, goes = make_customer(STAYS, now, note="a" * 1500), make_customer(GOES, now, note="b" * 1500)
        merge(stays, goes, now)
        stays.refresh_from_db()
        assert stays.note == "a" * 1500
        assert CustomerEvent.objects.get(type="note.added").data == {"text": "b" * 1500}


def test_too_many_tags_are_said_before(acme: Tenant, now: datetime, merchant_client: Client) -> None:
    with in_tenant(acme):
        stays = make_customer(STAYS, now, tags=[f"a{n}" for n in range(15)])
        goes = make_customer(GOES, now, tags=[f"b{n}" for n in range(15)])
        with pytest.raises(MergeRefused):
            merge(stays, goes, now)
        with pytest.raises(TagsRefused):
            keep_words(customer_id=stays.pk, note="", tags=",".join(stays.tags + goes.tags), actor="x", now=now)
    page = merchant_client.get(f"/dashboard/customers/{stays.pk}/merge/{goes.pk}/").content.decode()
    assert "more than 20 tags" in page and "Make them one" not in page


def test_erasing_the_customer_who_stayed_erases_what_was_the_others(
    acme: Tenant,
    two: tuple[Customer, Customer],
    now: datetime,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    stays, goes = two
    words = (GOES, "Kanarin", "555 0177", "Canary Wharf", STAYS, "Maya Reed", "maya.older")
    with in_tenant(acme):
        merge(stays, goes, now)
        assert traces(acme, words)
        with django_capture_on_commit_callbacks(execute=True):
            erase_customer(customer_id=stays.pk, now=now)
        assert traces(acme, words) == []
        assert ErasureReceipt.objects.get().kept == {"orders": 1}
        assert not FormerCustomer.objects.exists()
    with in_public():
        assert Erasure.objects.count() == 3, "a restored archive from before knows all three"
        swept = OutboxMessage.objects.filter(task="storefront.customers.remove_sessions").values_list(
            "kwargs", flat=True
        )
        assert {one["customer_id"] for one in swept} == {stays.pk, goes.pk, 9_000_001}


def test_erasing_leaves_somebody_new_with_the_old_address_alone(
    acme: Tenant, two: tuple[Customer, Customer], now: datetime
) -> None:
    stays, goes = two
    with in_tenant(acme):
        merge(stays, goes, now)
        make_customer(GOES, now)
        talk = Conversation.objects.create(
            token="z" * 26, email=GOES, subject="New", created_at=now, last_message_at=now
        )
        erase_customer(customer_id=stays.pk, now=now)
        assert Conversation.objects.get() == talk
        assert OrderEvent.objects.get().actor == "shopper"


def traces(tenant: Tenant, words: tuple[str, ...]) -> list[str]:
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY tablename", [tenant.schema_name])
        for (table,) in cursor.fetchall():
            likes = [f"%{word}%" for word in words]
            cursor.execute(
                f'SELECT count(*) FROM "{tenant.schema_name}"."{table}" AS t WHERE t::text ILIKE ANY(%s)', [likes]
            )
            found += [table] * cursor.fetchone()[0]
    return found


def test_the_page_shows_both_side_by_side_and_makes_them_one(
    acme: Tenant, two: tuple[Customer, Customer], merchant_client: Client
) -> None:
    stays, goes = two
    search = merchant_client.get(f"/dashboard/customers/{stays.pk}/merge/", {"q": "kanarin"}).content.decode()
    assert f"/dashboard/customers/{stays.pk}/merge/{goes.pk}/" in search
    url = f"/dashboard/customers/{stays.pk}/merge/{goes.pk}/"
    page = BeautifulSoup(merchant_client.get(url, {"keep": stays.pk}).content, "html.parser")
    rows = {row.th.get_text(): [cell.get_text() for cell in row("td")] for row in page("tr") if row.td and row.th}
    assert rows["Orders"] == ["2", "1", "3"] and rows["Spent"] == ["$5.00", "$7.00", "$12.00"]
    assert rows["Addresses"] == ["1", "2", "2"] and rows["Tags"] == ["vip", "VIP, press", "vip, press"]
    assert ["$5.00", "$3.00", "$8.00"] in [
        [cell.get_text() for cell in row("td")] for row in page("tr") if row.th and row.th.get_text() == "Store credit"
    ]
    assert rows["Wishes to be told"] == ["1", "2", "2"]
    assert rows["Reviews"] == ["1", "2", "2"] and rows["Saved items"] == ["1", "2", "2"]
    assert rows["Questions"] == ["0", "2", "2"] and rows["Gift cards"] == ["0", "1", "1"]
    assert rows["News and offers by e-mail"] == ["No", "Yes", "No"]
    assert "This cannot be undone." in page.get_text()
    done = merchant_client.post(url, {"keep": stays.pk})
    assert done["Location"] == f"/dashboard/customers/{stays.pk}/"
    shown = merchant_client.get(done["Location"]).content.decode()
    assert f"Was {GOES} too" in shown and "Made one with another customer" in shown
    with in_public():
        logged = TenantEvent.objects.filter(type="dashboard_customer_merge").get()
    assert GOES not in str(logged.data), "the log cannot forget, so it names numbers"


def test_without_a_choice_whoever_has_an_account_stays(
    acme: Tenant, two: tuple[Customer, Customer], merchant_client: Client
) -> None:
    stays, goes = two
    page = merchant_client.get(f"/dashboard/customers/{stays.pk}/merge/{goes.pk}/").content.decode()
    assert f"{GOES} stays, {STAYS} goes" in page


def test_old_addresses_and_second_clicks_lead_to_who_stayed(
    acme: Tenant, two: tuple[Customer, Customer], merchant_client: Client, now: datetime
) -> None:
    stays, goes = two
    url = f"/dashboard/customers/{stays.pk}/merge/{goes.pk}/"
    for _click in range(2):
        assert merchant_client.post(url, {"keep": stays.pk})["Location"] == f"/dashboard/customers/{stays.pk}/"
    back = f"/dashboard/customers/{goes.pk}/merge/{stays.pk}/"
    assert merchant_client.post(back, {"keep": goes.pk})["Location"] == f"/dashboard/customers/{stays.pk}/"
    assert merchant_client.get(f"/dashboard/customers/{goes.pk}/")["Location"] == f"/dashboard/customers/{stays.pk}/"
    assert merchant_client.get(f"/dashboard/customers/{stays.pk}/merge/{stays.pk}/").status_code == 404
    assert merchant_client.get(f"/dashboard/customers/{stays.pk}/merge/987654/").status_code == 404
    with in_tenant(acme):
        assert Customer.objects.get(pk=stays.pk).orders_count == 3
        with pytest.raises(CustomerNotFound):
            merge(stays, goes, now)
        with pytest.raises(MergeRefused):
            merge(stays, stays, now)
        erase_customer(customer_id=stays.pk, now=now)
    assert merchant_client.get(f"/dashboard/customers/{goes.pk}/").status_code == 404


def test_whoever_may_not_see_credit_is_shown_none(acme: Tenant, two: tuple[Customer, Customer], now: datetime) -> None:
    from storefront.customers.selectors import compare_customers

    stays, goes = two
    with in_tenant(acme):
        rows = compare_customers(stays, goes, permissions=("customers.edit",), currency="USD", language="en")
    assert {row.label for row in rows}.isdisjoint({"Store credit", "Gift cards", "Questions"})


def test_the_event_may_come_twice(acme: Tenant, two: tuple[Customer, Customer], now: datetime) -> None:
    stays, goes = two
    with in_tenant(acme):
        told = CustomersMerged(stays.pk, goes.pk, STAYS, GOES, actor="x", now=now)
        publish(told)
        once = StoreCredit.objects.get(customer=stays, currency="USD").balance_amount, CreditEntry.objects.count()
        publish(told)
        assert once == (
            StoreCredit.objects.get(customer=stays, currency="USD").balance_amount,
            CreditEntry.objects.count(),
        )
