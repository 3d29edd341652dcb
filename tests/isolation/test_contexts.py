"""Threads, pools, async code, streamed answers, late signals, lazy questions: the right store or an error, never another."""

import asyncio
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.core.signals import request_finished
from django.db import ProgrammingError, connection, connections, models, transaction
from django.http import StreamingHttpResponse
from django.test import Client

from core.db.models import StoreManager
from core.db.routing import AskedElsewhere, home_of
from core.tenancy import in_public, in_tenant
from storefront.catalog.models import Collection, Product, ProductVariant
from storefront.customers.models import Session
from tenants.models import Tenant
from tenants.selectors import default_host
from tests.isolation.conftest import Room, planting
from tests.isolation.planting import store_models

# Django's own base classes have managers of their own.
OTHER_MANAGERS = {"customers.Session"}


@pytest.fixture
def planted_room(stores: dict[str, Tenant], db: None) -> Iterator[Room]:
    """Planted for each test: `committed_store`, of another one, stands in no transaction."""
    with planting() as room:
        yield room


def titles() -> list[str]:
    return list(Collection.objects.values_list("title", flat=True))


def asked(question: Callable[[], Any]) -> Any:
    """Return what it gives, or the error; in a savepoint, so that the test can go on."""
    try:
        with transaction.atomic():
            return question()
    except (ProgrammingError, AskedElsewhere) as error:
        return type(error)


@pytest.mark.guard("one-list-an-app", found="a row of public")
def test_outside_a_store_there_is_no_table_to_read(room: Room) -> None:
    assert asked(titles) is ProgrammingError, f"public answered {titles()}"


@pytest.mark.guard("one-list-an-app", found="a row of public")
def test_an_answer_that_is_streamed_after_its_request_reads_no_store(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late() -> Iterator[bytes]:
        yield str(asked(titles)).encode()

    monkeypatch.setattr("storefront.search.pages.render", lambda *_page: StreamingHttpResponse(late()))
    client = Client(headers={"host": default_host(room.acme.tenant.slug)})
    told = b"".join(client.get("/products/").streaming_content).decode()  # type: ignore[attr-defined]
    assert "ProgrammingError" in told, told


@pytest.mark.guard("one-list-an-app", found="a row of public")
def test_a_signal_after_the_answer_reads_no_store(room: Room) -> None:
    seen: list[Any] = []

    def late(**_signal: Any) -> None:
        seen.append(asked(titles))

    request_finished.connect(late)
    try:
        client = Client(headers={"host": default_host(room.acme.tenant.slug)})
        assert client.get("/products/").status_code == 200
        request_finished.send(sender=type(client.handler))
    finally:
        request_finished.disconnect(late)
    assert seen and all(one is ProgrammingError for one in seen), seen


def test_a_thread_a_pool_and_async_code_read_no_store_they_were_not_given(committed_store: Tenant) -> None:
    def in_thread(work: Callable[[], Any]) -> Any:
        try:
            return asked(work)
        finally:
            connection.close()

    def enter() -> list[str]:
        with in_tenant(committed_store):
            return titles()

    async def count() -> Any:
        try:
            return await Collection.objects.acount()
        except (ProgrammingError, AskedElsewhere) as error:
            return type(error)
        finally:
            await sync_to_async(connections.close_all)()

    with in_tenant(committed_store), ThreadPoolExecutor(1) as pool:
        assert pool.submit(in_thread, titles).result() is ProgrammingError
        assert pool.submit(in_thread, enter).result() == titles()
        # The same thread once more: it does not stand where it was before.
        assert pool.submit(in_thread, titles).result() is ProgrammingError
        assert pool.submit(lambda: asyncio.run(count())).result() in (ProgrammingError, AskedElsewhere)


# ---- lazy questions


@pytest.mark.guard("question-bound-to-its-store", found="AskedElsewhere")
def test_a_question_of_acme_is_not_answered_by_globex(room: Room) -> None:
    with in_tenant(room.acme.tenant):
        everything = Product.objects.filter(status="active").order_by("pk")
        related = Product.objects.get().variants.all()
    deeds: dict[str, Callable[[], Any]] = {
        "list": lambda: list(everything),
        "values": lambda: list(everything.values("title")),
        "iterator": lambda: list(everything.iterator()),
        "count": everything.count,
        "exists": everything.exists,
        "first": everything.first,
        "get": everything.get,
        "aggregate": lambda: everything.aggregate(models.Max("pk")),
        "related": lambda: list(related),
        "update": lambda: everything.order_by().update(vendor="x"),
        "delete": lambda: everything.order_by().delete(),
        "bulk_update": lambda: everything.bulk_update([Product(pk=1, vendor="x")], ["vendor"]),
    }
    for elsewhere in (in_tenant(room.globex.tenant), in_public()):
        with elsewhere:
            for name, deed in deeds.items():
                assert asked(deed) is AskedElsewhere, f"{name} was answered, not AskedElsewhere"
    with in_tenant(room.acme.tenant):
        assert [product.pk for product in everything] == [room.acme.pk("catalog.Product")]


@pytest.mark.guard("row-bound-to-its-store", found="row of acme")
def test_a_row_of_acme_is_neither_saved_nor_followed_nor_pointed_at_in_globex(room: Room) -> None:
    with in_tenant(room.acme.tenant):
        product = Product.objects.get()
        variant = product.variants.earliest("pk")
        fresh = ProductVariant(product=product, title="new")
        session = Session.objects.get(session_key=room.acme.secrets["session"])
        streamed = next(Product.objects.iterator())

    def followed() -> Product:
        variant._state.fields_cache.clear()
        return variant.product

    deeds: dict[str, Callable[[], Any]] = {
        "save": product.save,
        "save of a new row that points at it": fresh.save,
        "save of a streamed row": streamed.save,
        "save of a row without our manager": session.save,
        "delete": product.delete,
        "refresh_from_db": product.refresh_from_db,
        "forward": followed,
        "backward": product.variants.count,
        "many to many": product.collections.count,
        "add": lambda: product.variants.create(title="x"),
        "point at": lambda: ProductVariant(product=product),
        "filter": lambda: ProductVariant.objects.filter(product=product).count(),
        "get": lambda: ProductVariant.objects.get(product=product),
        "bulk_update": lambda: Product.objects.bulk_update([product], ["vendor"]),
    }
    for elsewhere in (in_tenant(room.globex.tenant), in_public()):
        with elsewhere:
            for name, deed in deeds.items():
                told = asked(deed)
                assert told is AskedElsewhere, f"{name} took a row of acme: {told}"
    with in_tenant(room.acme.tenant):
        product.save()
        assert (followed(), product.variants.earliest("pk")) == (product, variant)


def test_a_row_of_the_platform_is_the_same_in_every_store(acme: Tenant, globex: Tenant) -> None:
    with in_tenant(acme):
        tenant = Tenant.objects.get(pk=globex.pk)
    with in_tenant(globex):
        tenant.save()
    tenant.refresh_from_db()
    assert list(tenant.domains.values_list("tenant_id", flat=True).distinct()) == [globex.pk]


def test_a_row_that_was_packed_and_unpacked_knows_its_store(room: Room) -> None:
    with in_tenant(room.acme.tenant):
        product = pickle.loads(pickle.dumps(Product.objects.get()))
        assert home_of(product) == room.acme.tenant.schema_name
    with in_tenant(room.globex.tenant), pytest.raises(AskedElsewhere):
        product.save()


def test_every_table_of_a_store_has_questions_that_are_bound() -> None:
    unbound = {model._meta.label for model in store_models() if not isinstance(model._default_manager, StoreManager)}
    assert unbound == OTHER_MANAGERS | {"checkout.ApiIdempotencyKey"}


# ---- content types


def test_no_table_of_a_store_needs_a_content_type() -> None:
    """They are remembered in the process for all stores; kept in each schema, one store would be handed another's number."""
    assert "django.contrib.contenttypes" in settings.SHARED_APPS
    generic = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.private_fields
        if isinstance(field, GenericForeignKey)
    ]
    pointing = [
        f"{model._meta.label}.{field.name}"
        for model in store_models()
        for field in model._meta.local_fields
        if field.is_relation and field.related_model._meta.app_label in ("contenttypes", "auth")
    ]
    assert (generic, pointing) == ([], [])
