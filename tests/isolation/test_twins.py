"""Two stores that are copies: the same ids, the same passwords, the same rows. Nothing of one opens anything of the other."""

import runpy

import pytest
from django.forms.models import model_to_dict
from django.test import Client

from accounts.services import create_handoff
from core.clock import utc_now
from core.sessions import SessionElsewhere, SessionStore
from core.tenancy import in_tenant
from storefront.customers.errors import LoginLinkRefused
from storefront.customers.models import Address, Customer, CustomerLoginLink, CustomerSignIn, Session
from storefront.customers.services import redeem_login_link
from storefront.orders.models import Order
from storefront.support.selectors import reading_key
from tenants.selectors import default_host
from tests.isolation.conftest import Room, shopper_session
from tests.isolation.planting import Planted

SECRET = "a word of acme's session"


def on(planted: Planted, key: str = "") -> Client:
    client = Client(headers={"host": default_host(planted.tenant.slug)})
    if key:
        client.cookies["shopstead_session"] = key
    return client


@pytest.fixture
def twins(room: Room) -> Room:
    """Give globex a shopper with the number and the password hash of acme's."""
    with in_tenant(room.acme.tenant):
        ours = room.acme.rows["customers.Customer"]
        Customer.objects.filter(pk=ours.pk).update(password="pbkdf2_sha256$1$x$same")
    with in_tenant(room.globex.tenant):
        Customer.objects.create(
            pk=ours.pk, email="twin@example.com", password="pbkdf2_sha256$1$x$same", created_at=utc_now()
        )
    room.acme.rows["customers.Customer"].password = "pbkdf2_sha256$1$x$same"
    return room


@pytest.mark.guard("session-in-its-store", found="a word of acme's session|is_known")
def test_a_session_of_acme_is_empty_at_globex(twins: Room) -> None:
    key = shopper_session(twins.acme)
    with in_tenant(twins.acme.tenant):
        session = SessionStore(key)
        session["word"] = SECRET
        session.save()
    with in_tenant(twins.globex.tenant):
        abroad = dict(SessionStore(key).items())
    is_known = bool(abroad)
    assert not is_known, f"globex read {abroad}"
    answer = on(twins.globex, key).get("/account/")
    assert (answer.status_code, answer.wsgi_request.customer) == (302, None)


@pytest.mark.guard("session-signed-for-its-store", found="302")
def test_a_session_row_copied_to_a_twin_store_signs_nobody_in(twins: Room) -> None:
    key = shopper_session(twins.acme)
    with in_tenant(twins.acme.tenant):
        row = Session.objects.get(session_key=key)
        place = CustomerSignIn.objects.order_by("-pk").values().first()
    assert place is not None
    assert on(twins.acme, key).get("/account/").status_code == 200
    with in_tenant(twins.globex.tenant):
        Session.objects.create(session_key=key, session_data=row.session_data, expire_date=row.expire_date)
        CustomerSignIn.objects.create(**{**place, "customer_id": Customer.objects.get(pk=place["customer_id"]).pk})
    assert on(twins.globex, key).get("/account/").status_code == 302


@pytest.mark.guard("session-stays-in-its-store", found="DID NOT RAISE")
def test_a_session_opened_in_one_store_is_neither_read_nor_saved_in_another(room: Room) -> None:
    with in_tenant(room.acme.tenant):
        session = SessionStore(shopper_session(room.acme))
    with in_tenant(room.globex.tenant), pytest.raises(SessionElsewhere):
        session.load()
    with in_tenant(room.globex.tenant), pytest.raises(SessionElsewhere):
        session.save()


@pytest.mark.guard("link-made-for-its-store", found="DID NOT RAISE")
def test_a_sign_in_link_whose_row_was_copied_is_refused_at_the_twin(room: Room) -> None:
    with in_tenant(room.globex.tenant):
        row = model_to_dict(CustomerLoginLink.objects.get(), exclude=["id", "customer"])
    with in_tenant(room.acme.tenant):
        CustomerLoginLink.objects.all().delete()
        CustomerLoginLink.objects.create(**row)
        with pytest.raises(LoginLinkRefused):
            redeem_login_link(token=room.globex.secrets["link"], now=utc_now())
        assert CustomerLoginLink.objects.get().used_at is None


@pytest.mark.guard("reading-key-of-its-store")
def test_the_key_of_a_conversation_differs_between_twins(room: Room) -> None:
    talk = room.globex.rows["support.Conversation"]
    keys = set()
    for planted in (room.acme, room.globex):
        with in_tenant(planted.tenant):
            keys.add(reading_key(talk))
    assert len(keys) == 2


@pytest.mark.guard("pass-for-one-store", found="403")
def test_a_pass_into_globex_opens_no_dashboard_of_acme(room: Room) -> None:
    token = create_handoff(user=room.globex.owner, tenant_id=room.globex.tenant.pk, now=utc_now())
    assert on(room.acme).get(f"/dashboard/enter/?token={token}").status_code == 403


@pytest.mark.guard("cookies-of-one-host", found="DOMAIN")
def test_in_production_a_cookie_is_bound_to_the_host_that_set_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "BROKER_URL", "CACHE_URL", "SECRET_KEY", "BASE_DOMAIN", "STRIPE_SECRET_KEY",
                 "STRIPE_WEBHOOK_SECRET", "EMAIL_URL", "SHOPSTEAD_DATA_DIR"):  # fmt: skip
        monkeypatch.setenv(name, "x")
    said = runpy.run_module("shopstead.settings.production")
    for kind in ("SESSION", "CSRF"):
        assert said[f"{kind}_COOKIE_NAME"].startswith("__Host-")
        assert said[f"{kind}_COOKIE_SECURE"]
        assert said.get(f"{kind}_COOKIE_DOMAIN") is None, f"{kind}_COOKIE_DOMAIN is {said[f'{kind}_COOKIE_DOMAIN']}"
        assert said.get(f"{kind}_COOKIE_PATH", "/") == "/"
    assert "LANGUAGE_COOKIE_DOMAIN" not in said


@pytest.mark.guard("csrf-checked")
def test_a_form_without_the_token_of_its_own_page_changes_nothing(room: Room) -> None:
    """Also with a token and a cookie that fit each other, but were given out by the other store's host."""
    client = room.client("shopper of acme")
    client.handler.enforce_csrf_checks = True
    page = on(room.globex).get("/account/login/")
    token = str(page.context["csrf_token"]) if page.context else ""
    for form in ({}, {"csrfmiddlewaretoken": token}, {"csrfmiddlewaretoken": "x" * 64}):
        assert client.post("/account/details/", {"name": "Somebody", **form}).status_code == 403


@pytest.mark.guard("own-address-only", found="404")
def test_a_shoppers_address_is_not_there_for_another_shopper_of_the_store(room: Room) -> None:
    with in_tenant(room.acme.tenant):
        other = Customer.objects.create(email="other@example.com", created_at=utc_now())
        theirs = Address.objects.get()
        Address.objects.filter(pk=theirs.pk).update(customer=other)
    client = room.client("shopper of acme")
    for method in ("get", "post"):
        answer = getattr(client, method)(f"/account/addresses/{theirs.pk}/")
        assert answer.status_code == 404
        assert f"{room.acme.word} line1" not in answer.content.decode()


@pytest.mark.guard("own-orders-only", found="is shown")
def test_no_page_of_a_shoppers_account_shows_what_another_bought(room: Room) -> None:
    with in_tenant(room.acme.tenant):
        other = Customer.objects.create(email="other@example.com", created_at=utc_now())
        order = Order.objects.get()
        Order.objects.filter(pk=order.pk).update(customer=other)
    client = room.client("shopper of acme")
    for path in ("/account/", "/account/orders/"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert order.name not in answer.content.decode(), f"{order.name} is shown by {path}"
