"""From the form to the dashboard of a live store."""

from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import OperationalError
from django.test import Client

from accounts.models import LoginHandoff, User
from accounts.services import create_handoff
from core.clock import utc_now
from core.limits import AttemptLimit
from core.outbox.models import OutboxMessage
from tenants.models import Membership, Tenant
from tenants.provisioning.services import provision_tenant
from tests.accounts.walks import log_in

FORM = {
    "email": "June@Example.com",
    "password": "a long enough passphrase",
    "name": "Tinder & Ash",
    "slug": "tinder-ash",
    "country": "CN",
}


def test_signing_up_opens_a_store_at_once(platform_client: Client, acme: Tenant) -> None:
    response = platform_client.post("/signup/", FORM)
    assert (response.status_code, response["Location"]) == (302, "/signup/tinder-ash/")
    tenant = Tenant.objects.get(slug="tinder-ash")
    assert (tenant.state, tenant.currency, tenant.time_zone) == ("ready", "CNY", "Asia/Shanghai")
    assert Membership.objects.get(tenant=tenant).user.email == "june@example.com"
    assert OutboxMessage.objects.filter(task="tenants.provision", kwargs={"tenant_id": tenant.pk}).count() == 1


def test_the_progress_page_leads_into_the_dashboard_when_the_store_is_ready(
    platform_client: Client, acme: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_tenant: Tenant) -> None:
        raise OperationalError("the database went away")

    with monkeypatch.context() as broken:
        broken.setattr("tenants.provisioning.services.create_schema", fail)
        platform_client.post("/signup/", FORM)
    assert Tenant.objects.get(slug="tinder-ash").state == "provisioning"
    assert platform_client.get("/signup/tinder-ash/").status_code == 200
    tenant = provision_tenant(tenant_id=Tenant.objects.get(slug="tinder-ash").pk, now=now)
    response = platform_client.get("/signup/tinder-ash/")
    assert response["Location"] == "/stores/tinder-ash/enter/"
    entry = urlsplit(platform_client.get(response["Location"])["Location"])
    assert entry.netloc == "tinder-ash.localhost"
    store = Client(headers={"host": "tinder-ash.localhost"})
    assert store.get(f"{entry.path}?{entry.query}")["Location"] == "/dashboard/"
    assert store.get("/dashboard/settings/").status_code == 200
    assert tenant.memberships.count() == 1


def test_an_address_that_nobody_wished_for_is_made_from_the_name_and_free(
    platform_client: Client, acme: Tenant
) -> None:
    made = platform_client.post("/signup/", FORM | {"name": "Acme", "slug": ""})
    assert made["Location"] == "/signup/acme-shop/"
    assert platform_client.get("/signup/address/", {"name": "Acme"}).json()["slug"] == "acme-store"


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"slug": "acme"}, "slug", "taken"),
        ({"slug": "admin"}, "slug", "kept for the platform"),
        ({"slug": "a b"}, "slug", "letters a to z"),
        ({"slug": "../etc"}, "slug", "letters a to z"),
        ({"email": "acme@example.com"}, "email", "account with this e-mail already"),
        ({"email": "no"}, "email", "valid email"),
        ({"password": "12345678"}, "password", "too common"),
        ({"name": ""}, "name", "required"),
        ({"country": "XX"}, "country", "valid choice"),
    ],
)
def test_a_refused_sign_up_says_why_and_keeps_nothing(
    platform_client: Client, acme: Tenant, change: dict[str, str], field: str, words: str
) -> None:
    users, tenants = User.objects.count(), Tenant.objects.count()
    response = platform_client.post("/signup/", FORM | change)
    assert response.status_code == 422
    assert words in " ".join(response.context["form"].errors[field])
    assert (User.objects.count(), Tenant.objects.count()) == (users, tenants)


def test_all_that_is_wrong_is_said_at_once(platform_client: Client, acme: Tenant) -> None:
    response = platform_client.post("/signup/", FORM | {"slug": "admin", "password": "xq7", "name": ""})
    assert set(response.context["form"].errors) == {"slug", "password", "name"}


def test_a_taken_address_comes_with_free_ones(platform_client: Client, acme: Tenant) -> None:
    response = platform_client.post("/signup/", FORM | {"slug": "acme"})
    assert response.context["alternatives"] == ["acme-shop", "acme-store", "the-acme"]
    response = platform_client.post("/signup/", FORM | {"slug": "admin"})
    assert response.context["alternatives"][0] == "admin-shop"


def test_an_address_is_proposed_from_a_chinese_name(platform_client: Client, acme: Tenant) -> None:
    answer = platform_client.get("/signup/address/", {"name": "小熊家居"}).json()
    assert answer == {"slug": "xiao-xiong-jia-ju", "free": True, "message": ""}


def test_who_is_logged_in_opens_one_more_store_with_the_same_login(acme: Tenant, owner: User) -> None:
    browser = log_in(owner)
    page = browser.get("/signup/").content.decode()
    assert (owner.email in page, 'name="password"' in page) == (True, False)
    answer = browser.post("/signup/", {**FORM, "email": "somebody@example.com"})
    assert answer["Location"] == "/signup/tinder-ash/"
    place = Membership.objects.get(tenant__slug="tinder-ash")
    assert (place.user, place.role, place.tenant.contact_email) == (owner, "owner", owner.email)
    assert not User.objects.filter(email="somebody@example.com").exists()
    assert Membership.objects.filter(user=owner).count() == 2
    refused = browser.post("/signup/", FORM)
    assert (refused.status_code, "tinder-ash" in refused.content.decode()) == (422, True)


def test_one_person_cannot_open_stores_without_end(acme: Tenant, owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = AttemptLimit("tenants.signup", {"address": 60, "person": 0}, window_seconds=3600)
    monkeypatch.setattr("tenants.pages.SIGN_UPS", limit)
    assert log_in(owner).post("/signup/", FORM).status_code == 429
    assert not Tenant.objects.filter(slug="tinder-ash").exists()


def test_a_pass_works_once_for_one_store_and_for_a_minute(
    acme: Tenant, globex: Tenant, owner: User, now: datetime
) -> None:
    other = create_handoff(user=owner, tenant_id=globex.pk, now=utc_now())
    used = create_handoff(user=owner, tenant_id=acme.pk, now=utc_now())
    old = create_handoff(user=owner, tenant_id=acme.pk, now=now)
    client = Client(headers={"host": "acme.localhost"})
    for token in (other, old, "guessed"):
        assert client.get("/dashboard/enter/", {"token": token}).status_code == 403
    assert client.get("/dashboard/enter/", {"token": used}).status_code == 302
    assert Client(headers={"host": "acme.localhost"}).get("/dashboard/enter/", {"token": used}).status_code == 403
    assert not LoginHandoff.objects.filter(token_hash=used).exists()


def test_somebody_elses_store_cannot_be_entered(platform_client: Client, acme: Tenant, globex: Tenant) -> None:
    platform_client.force_login(User.objects.get(email="globex@example.com"))
    assert platform_client.get("/stores/acme/enter/").status_code == 404
    assert platform_client.get("/stores/globex/enter/").status_code == 302


def test_a_stranger_at_the_dashboard_is_sent_to_log_in(acme: Tenant) -> None:
    response = Client(headers={"host": "acme.localhost"}).get("/dashboard/orders/?view=all")
    target = urlsplit(response["Location"])
    assert (response.status_code, target.netloc, target.path) == (302, "localhost", "/login/")
    assert parse_qs(target.query) == {"store": ["acme"], "next": ["/dashboard/orders/?view=all"]}


def test_a_login_for_one_store_means_nothing_on_another(merchant_client: Client, acme: Tenant, globex: Tenant) -> None:
    assert merchant_client.get("/dashboard/settings/").status_code == 200
    cookie = merchant_client.cookies["shopstead_session"].value
    stranger = Client(headers={"host": "globex.localhost"})
    stranger.cookies["shopstead_session"] = cookie
    assert stranger.get("/dashboard/settings/").status_code == 302


def test_a_colleague_who_left_is_refused_at_the_next_request(merchant_client: Client, acme: Tenant) -> None:
    Membership.objects.filter(tenant=acme).delete()
    assert merchant_client.get("/dashboard/settings/").status_code == 403


def test_logging_in_is_throttled_by_account(platform_client: Client, owner: User) -> None:
    words = {"email": owner.email, "password": "wrong"}
    statuses = [platform_client.post("/login/", words).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil.example"]
)
def test_a_login_never_leads_off_the_platform(platform_client: Client, owner: User, target: str) -> None:
    words = {"email": owner.email, "password": "a long enough passphrase"}
    response = platform_client.post(f"/login/?next={target}", words)
    assert response["Location"] == "/stores/"


def test_one_network_cannot_open_stores_without_end(
    platform_client: Client, acme: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tenants.pages.SIGN_UPS", AttemptLimit("test.signup", {"address": 1, "person": 9}))
    assert platform_client.post("/signup/", FORM).status_code == 302
    refused = platform_client.post("/signup/", FORM | {"slug": "second-one", "email": "second@example.com"})
    assert refused.status_code == 429
    assert not Tenant.objects.filter(slug="second-one").exists()


def test_a_form_without_its_token_is_refused_in_words(acme: Tenant) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    response = strict.post("/signup/", FORM)
    assert response.status_code == 403
    assert b"reload the page" in response.content
