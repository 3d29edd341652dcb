"""A person who leaves traces everywhere is erased: nothing names them any more, in no table, file, queue or log."""

import io
import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.contrib.sessions.serializers import JSONSerializer
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection, models
from django.test import Client

import core.events
from billing.webhooks.models import WebhookEvent
from core.events import publish
from core.jobs.models import Job, JobState
from core.outbox.models import OutboxMessage
from core.sessions import SessionStore
from core.tasks import SCHEMA_HEADER
from core.tenancy import in_public, in_tenant
from recsys.interactions.models import Interaction
from recsys.serving.models import CustomerRecommendation, TrainedModel
from storefront.alerts.models import StockAlert
from storefront.carts.models import Cart, CartLine
from storefront.checkout.models import ApiIdempotencyKey
from storefront.content.models import NewsletterConsent
from storefront.customers.errors import ErasureRefused
from storefront.customers.events import CustomerErased
from storefront.customers.models import (
    Address,
    Consent,
    Customer,
    CustomerLoginLink,
    CustomerSignIn,
    DataExport,
    ErasureReceipt,
    Notice,
    Session,
)
from storefront.customers.services.erasing import start_erasure
from storefront.customers.tasks import erase, export_for_store, remove_sessions
from storefront.inventory.models import Stock, StockMovement, Warehouse
from storefront.orders.enums import FulfillmentStatus
from storefront.orders.models import Order, OrderEvent
from storefront.reviews.models import Refusal, Review
from storefront.search.models import SearchClick, SearchQuery
from storefront.support.models import Conversation, Message
from storefront.transfer.models import ImportRun, UndoBatch
from storefront.wishlists.models import SavedItem, Wishlist
from tenants.archive.models import Erasure
from tenants.models import PaymentAccount, Tenant
from tests.isolation.planting import fingerprint
from tests.storefront.catalog.making import make_product

EMAIL, NAME, PHONE, STREET = "maya.canary@example.com", "Maya Kanarin", "+1 503 555 0177", "77 Canary Wharf Lane"
WORDS = (EMAIL, NAME, PHONE, STREET, "Kanarin")
ADDRESS = {"name": NAME, "line1": STREET, "city": "Portland", "country": "US", "phone": PHONE}


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.PRIVATE_ROOT, settings.MEDIA_ROOT = tmp_path / "private", tmp_path / "media"
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def maya(acme: Tenant, now: datetime) -> Customer:
    """A customer with more than thirty traces, some of them in texts that others have written."""
    with in_tenant(acme):
        maya = Customer.objects.create(
            email=EMAIL, name=NAME, phone=PHONE, note=f"{NAME} likes tea", tags=[NAME], country="US",
            external_id="maya-canary", created_at=now,
        )  # fmt: skip
        product = make_product("Enamel mug", price=1800, stock=4)
        _plant_account(maya, now)
        _plant_orders(maya, product, now)
        _plant_words(maya, product, now)
        _plant_files(maya, now)
    with in_public():
        _plant_platform(acme, now)
    return maya


def _plant_account(maya: Customer, now: datetime) -> None:
    Address.objects.create(customer=maya, **ADDRESS)
    CustomerLoginLink.objects.create(
        token_hash="0" * 64, nonce="n", email=EMAIL, name=NAME, created_at=now, expires_at=now
    )
    CustomerSignIn.objects.create(
        customer=maya, key_hash="1" * 64, browser=NAME, address="203.0.113.7", created_at=now, seen_at=now
    )
    Consent.objects.create(customer=maya, kind="marketing", is_given=True, words=f"{NAME}: yes", created_at=now)
    for content in ({"customer_id": maya.pk}, {"customer_pending": {"email": EMAIL, "link": 1}}, {"cart_token": "c"}):
        session = SessionStore()
        session.update(content)
        session.save()


def _plant_orders(maya: Customer, product: Any, now: datetime) -> None:
    facts: dict[str, Any] = {
        "currency": "USD", "subtotal_amount": 500, "total_amount": 500, "placed_at": now, "status": "open",
        "fulfillment_status": FulfillmentStatus.FULFILLED, "shipping_address": ADDRESS, "email": EMAIL,
    }  # fmt: skip
    order = Order.objects.create(name="#1", token="a" * 26, customer=maya, note=f"For {NAME}", staff_note=NAME, **facts)
    Order.objects.create(name="#2", token="b" * 26, **facts)
    OrderEvent.objects.create(order=order, type="order.placed", actor=EMAIL, created_at=now)
    OrderEvent.objects.create(
        order=order,
        type="note.added",
        actor="staff",
        data={"text": f"Called {PHONE}, {NAME.upper()} waits"},
        created_at=now,
    )
    OrderEvent.objects.create(order=order, type="mail.sent", actor="system", data={"to": EMAIL}, created_at=now)
    stock = Stock.objects.create(variant=product.variants.get(), warehouse=Warehouse.objects.get(), on_hand_count=4)
    StockMovement.objects.create(stock=stock, delta=-1, reason="sold", actor=EMAIL, created_at=now)
    cart = Cart.objects.create(token="c" * 26, customer=maya, created_at=now, updated_at=now)
    CartLine.objects.create(cart=cart, variant=product.variants.get(), quantity=1, created_at=now)
    wishes = Wishlist.objects.create(customer=maya, created_at=now, updated_at=now)
    SavedItem.objects.create(wishlist=wishes, product=product, created_at=now)


def _plant_words(maya: Customer, product: Any, now: datetime) -> None:
    Review.objects.create(
        customer=maya,
        product=product,
        rating=5,
        title=NAME,
        body=f"I, {NAME}, love it",
        name=NAME,
        created_at=now,
        updated_at=now,
    )
    Refusal.objects.create(email=EMAIL, created_at=now)
    StockAlert.objects.create(email=EMAIL, variant=product.variants.get(), language="en", created_at=now)
    for mail in (EMAIL, "other@example.com"):
        talk = Conversation.objects.create(
            token=mail[:26].ljust(26, "x"), customer=maya, name=NAME, email=mail, subject=f"{NAME} asks",
            suggested_reply=f"Dear {NAME}", created_at=now, last_message_at=now,
        )  # fmt: skip
        Message.objects.create(
            conversation=talk, kind="customer", author=NAME, body=f"Send it to {STREET}", created_at=now
        )
    NewsletterConsent.objects.create(
        email=EMAIL,
        consent="given",
        wording="Yes",
        language="en",
        source="footer",
        address="203.0.113.7",
        created_at=now,
    )
    for text in (EMAIL, f"order of {NAME.lower()}", PHONE):
        SearchQuery.objects.create(text=text, results_count=0, created_at=now)
        SearchClick.objects.create(text=text, product_id=product.pk, position=1, created_at=now)
    SearchQuery.objects.create(text="mug", results_count=1, created_at=now)
    Interaction.objects.create(customer_id=maya.pk, product_id=product.pk, kind="view", created_at=now)
    model = TrainedModel.objects.create(state="ready", started_at=now)
    CustomerRecommendation.objects.create(
        model=model, customer_id=maya.pk, slot="for_you", product_ids=[product.pk], scores=[1.0]
    )
    run = ImportRun.objects.create(
        token="r" * 26, kind="customers", filename="people.csv", created_by="staff", created_at=now,
        header=["Email"], samples=[[EMAIL, NAME, PHONE]],
    )  # fmt: skip
    UndoBatch.objects.create(run=run, rows=[[maya.pk, {"email": EMAIL, "name": NAME}, {"email": EMAIL}], [0, None, {}]])
    ApiIdempotencyKey.objects.create(
        key="k", fingerprint="f", status=200, body=f'{{"email": "{EMAIL}"}}', created_at=now
    )


def _plant_files(maya: Customer, now: datetime) -> None:
    storage = storages["private"]
    storage.save("imports/a.upload", ContentFile(f"Email,Name\n{EMAIL},{NAME}\n".encode()))
    storage.save("imports/b-rows.csv", ContentFile(f"{'x' * 70_000}{EMAIL.upper()}".encode()))
    storage.save("imports/c.upload", ContentFile(b"PK\x03\x04 packed"))
    storage.save("imports/d.upload", ContentFile(b"Email\nsomebody@example.com\n"))
    path = storage.save("customer-data/e.zip", ContentFile(NAME.encode()))
    DataExport.objects.create(
        customer=maya, path=path, language="en", created_at=now, ready_at=now, expires_at=now + timedelta(days=7)
    )


def _plant_platform(store: Tenant, now: datetime) -> None:
    account = PaymentAccount.objects.create(
        tenant=store, provider="stripe", external_id="acct_canary", charges_enabled=True, created_at=now
    )
    data = {"object": {"id": "cs_1", "customer_details": {"email": EMAIL, "name": NAME}}}
    WebhookEvent.objects.create(
        external_id="evt_1", type="checkout.session.completed", account=account.external_id, livemode=False,
        payload={"object_type": "checkout.session", "data": data}, received_at=now, due_at=now,
    )  # fmt: skip
    Job.objects.create(
        token="j" * 26, schema_name=store.schema_name, kind="import", title=f"Import of {NAME}", task="x", state=JobState.FAILED,
        result={"errors": [{"value": EMAIL}]}, error=f"{PHONE} is no number", created_at=now,
    )  # fmt: skip
    OutboxMessage.objects.create(
        task="x",
        kwargs={"to": EMAIL},
        schema_name=store.schema_name,
        created_at=now,
        available_at=now,
        published_at=now,
    )


def find_traces(tenant: Tenant, words: tuple[str, ...] = WORDS) -> list[str]:
    """Return where a person is named: tables of the store and of the platform, sessions, files."""
    found = []
    with connection.cursor() as cursor:
        for schema in (tenant.schema_name, "public"):
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY tablename", [schema])
            for (table,) in cursor.fetchall():
                cursor.execute(
                    f'SELECT count(*) FROM "{schema}"."{table}" AS t WHERE t::text ILIKE ANY(%s)',
                    [[f"%{word}%" for word in words]],
                )
                count = cursor.fetchone()[0]
                found += [f"{schema[:6]}.{table}"] * count
    with in_tenant(tenant):
        for session in Session.objects.all():
            text = JSONSerializer().dumps(SessionStore().decode(session.session_data)).decode()
            found += ["session"] * any(word in text for word in words)
    found += [f"file {path.name}" for path in _all_files() if _names(path, words)]
    return found


def _all_files() -> list[Path]:
    from django.conf import settings

    roots = (Path(settings.PRIVATE_ROOT), Path(settings.MEDIA_ROOT))
    return [path for root in roots for path in root.rglob("*") if path.is_file()]


def _names(path: Path, words: tuple[str, ...]) -> bool:
    content = path.read_bytes().lower()
    return any(word.lower().encode() in content for word in words)


def carry_out(tenant: Tenant, task: Any, **kwargs: Any) -> None:
    task.apply(kwargs=kwargs, headers={SCHEMA_HEADER: tenant.schema_name}).get()


def erase_by_the_page(client: Client, tenant: Tenant, maya: Customer, run_commits: Callable[..., Any]) -> Job:
    with run_commits() as callbacks:
        answer = client.post(f"/dashboard/customers/{maya.pk}/delete/")
        assert answer.status_code == 302, answer.content[:500]
        job = Job.objects.get(kind="erasure")
        carry_out(tenant, erase, job_id=job.pk)
        sweep = OutboxMessage.objects.get(task="storefront.customers.remove_sessions")
        assert EMAIL not in str(sweep.kwargs)
        carry_out(tenant, remove_sessions, **sweep.kwargs)
    with in_tenant(tenant):  # where the task's own transaction would have committed
        for callback in callbacks:
            callback()
    job.refresh_from_db()
    return job


def test_nothing_names_a_person_who_was_erased_and_the_books_stay(
    acme: Tenant,
    maya: Customer,
    merchant_client: Client,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    caplog.set_level(logging.DEBUG)
    assert len(find_traces(acme)) >= 30, "the control: this many traces are there to be found"
    caplog.clear()
    job = erase_by_the_page(merchant_client, acme, maya, django_capture_on_commit_callbacks)
    assert job.state == JobState.SUCCEEDED, job.error
    assert find_traces(acme) == []
    written = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    assert not [line for line in written if any(word in line for word in WORDS)]
    with in_tenant(acme):
        order = Order.objects.get(name="#1")
        assert (order.total_amount, order.customer_id, order.shipping_address) == (500, maya.pk, {"country": "US"})
        assert StockMovement.objects.filter(actor="shopper").count() == 1
        assert [query.text for query in SearchQuery.objects.all()] == ["mug"]
        assert not Interaction.objects.exists() and not CustomerRecommendation.objects.exists()
        assert not Cart.objects.exists() and not Wishlist.objects.exists()
        assert Session.objects.count() >= 1, "the sessions of others stay"
        assert UndoBatch.objects.get().rows == [[0, None, {}]]
        assert storages["private"].exists("imports/d.upload"), "the files of others stay"
        receipt = ErasureReceipt.objects.get()
        assert receipt.kept == {"orders": 1}
        assert receipt.removed["conversations"] == 1 and receipt.removed["reviews"] == 1
    with in_public():
        assert Erasure.objects.count() == 1
    page = merchant_client.get(job.result["url"])
    assert receipt.reference in page.content.decode()
    assert receipt.reference in merchant_client.get("/dashboard/customers/deleted/").content.decode()
    carry_out(acme, erase, job_id=job.pk)
    with in_tenant(acme):
        assert ErasureReceipt.objects.count() == 1, "a second delivery erases nobody twice"


def test_without_its_parts_listening_the_search_finds_what_was_left(
    acme: Tenant,
    maya: Customer,
    merchant_client: Client,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    """The control of the test above: every listener taken away leaves traces that the search sees."""
    monkeypatch.setitem(core.events._handlers, CustomerErased, [])
    erase_by_the_page(merchant_client, acme, maya, django_capture_on_commit_callbacks)
    left = {where.partition(".")[2] or where for where in find_traces(acme)}
    assert {
        "orders_order", "orders_orderevent", "inventory_stockmovement", "support_conversation", "support_message",
        "reviews_review", "reviews_refusal", "alerts_stockalert", "content_newsletterconsent", "search_searchquery",
        "search_searchclick", "transfer_importrun", "transfer_undobatch", "checkout_apiidempotencykey", "webhooks_webhookevent",
    } <= left  # fmt: skip


def test_each_part_that_keeps_people_listens() -> None:
    """A table with an e-mail address in it belongs to a part that hears of erasures, or is named here with its reason."""
    listening = {handler.__module__.rpartition(".")[0] for handler in core.events._handlers[CustomerErased]}
    own = {"storefront.customers"}
    missing = {
        model._meta.app_config.name
        for model in apps.get_models()
        if getattr(model._meta.app_config, "schema", "") == "tenant"
        and any(isinstance(field, models.EmailField) for field in model._meta.local_fields)
    } - listening - own  # fmt: skip
    assert missing == set()


def test_somebody_to_whom_goods_are_on_their_way_stays(
    acme: Tenant, maya: Customer, merchant_client: Client, now: datetime
) -> None:
    with in_tenant(acme):
        Order.objects.filter(customer=maya).update(fulfillment_status=FulfillmentStatus.UNFULFILLED)
    page = merchant_client.get(f"/dashboard/customers/{maya.pk}/delete/").content.decode()
    assert "Order #1 is not finished" in page
    refused = merchant_client.post(f"/dashboard/customers/{maya.pk}/delete/", follow=True)
    assert "cannot be deleted yet" in refused.content.decode()
    with in_tenant(acme):
        assert Customer.objects.get(pk=maya.pk).email == EMAIL
        with pytest.raises(ErasureRefused):
            start_erasure(customer_id=maya.pk, language="en", actor="x", now=now)


def test_the_page_says_what_goes_and_what_stays(maya: Customer, merchant_client: Client) -> None:
    text = BeautifulSoup(
        merchant_client.get(f"/dashboard/customers/{maya.pk}/delete/").content, "html.parser"
    ).get_text(" ")
    for words in (
        "1 postal address",
        "1 review",
        "1 conversation",
        "1 line in the ledger of letters",
        "1 order with number",
    ):
        assert words in text


def test_a_copy_is_handed_over_by_a_colleague_and_is_not_in_the_customers_account(
    acme: Tenant, globex: Tenant, maya: Customer, merchant_client: Client
) -> None:
    answer = merchant_client.post(f"/dashboard/customers/{maya.pk}/data/")
    job = Job.objects.get(kind="customer_data")
    assert answer["Location"].endswith(f"/{job.token}/")
    carry_out(acme, export_for_store, job_id=job.pk)
    job.refresh_from_db()
    content = b"".join(merchant_client.get(job.result["url"]).streaming_content)  # type: ignore[attr-defined]
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        data = archive.read("data.json").decode()
    assert EMAIL in data and "letters" in data
    with in_tenant(acme):
        export = DataExport.objects.get(is_for_store=True)
        from storefront.customers.selectors import find_export

        assert find_export(maya, now=export.created_at) != export
        Notice.objects.all().delete()
    assert merchant_client.get(f"/dashboard/customers/{maya.pk + 1}/data/{export.pk}/").status_code == 404


def test_the_ledger_of_consents_shows_both_kinds(acme: Tenant, maya: Customer, merchant_client: Client) -> None:
    url = "/dashboard/consents/"
    page = merchant_client.get(url).content.decode()
    assert page.count(EMAIL) >= 2
    assert "At the foot of a page" in page and f"{NAME}: yes" in page
    assert EMAIL not in merchant_client.get(url, {"said": "taken_back"}).content.decode()
    assert "Nothing matches" in merchant_client.get(url, {"q": "nobody"}).content.decode()
    assert EMAIL in merchant_client.get(url, {"q": "maya.can"}).content.decode()


def test_the_event_may_come_twice(acme: Tenant, maya: Customer, now: datetime) -> None:
    with in_tenant(acme):
        told = CustomerErased(customer_id=maya.pk, email=EMAIL, now=now, words=(EMAIL,))
        before = fingerprint(acme)
        publish(told)
        once = fingerprint(acme)
        publish(told)
        assert fingerprint(acme) == once != before
