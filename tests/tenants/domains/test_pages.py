"""Where a store's visitors are led, what the TLS proxy is told, and the merchant's pages about it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core import mail
from django.db import OperationalError
from django.test import Client

from core.tenancy import in_public, in_tenant
from integrations.dns.client import get_resolver
from integrations.dns.sandbox import DnsSandbox
from tenants.domains.dashboard import STORE_LOOKS
from tenants.domains.enums import ClaimState
from tenants.domains.mailing import prepare_mail
from tenants.domains.models import DomainClaim
from tenants.domains.selectors import proof_of
from tenants.domains.services import check_claim, choose_primary, claim_name
from tenants.domains.tasks import mail as send
from tenants.enums import TenantState
from tenants.models import Membership, Tenant
from tests.fixtures.people import sign_in

PAGE = "/dashboard/settings/domains/"
PRIMARY = "www.example.com"


@pytest.fixture
def connected(acme: Tenant, name_server: DnsSandbox, now: datetime) -> DomainClaim:
    """acme's proved claim to example.com and its www."""
    claim = claim_name(tenant_id=acme.pk, typed="example.com", actor="test", now=now)
    name_server.set_text(proof_of(claim).name, proof_of(claim).value)
    checked = check_claim(claim_id=claim.pk, resolver=get_resolver(), actor="test", now=now)
    assert checked is not None
    return checked


@pytest.fixture
def moved(connected: DomainClaim, acme: Tenant, now: datetime) -> Tenant:
    """acme, linked by its own domain."""
    choose_primary(tenant_id=acme.pk, host=PRIMARY, actor="test", now=now)
    return acme


def visit(host: str, path: str = "/", method: str = "get", **headers: str) -> Any:
    client = Client(headers={"host": host, **headers}, raise_request_exception=False)
    return getattr(client, method)(path)


@pytest.mark.parametrize("host", ["acme.localhost", "example.com", "EXAMPLE.com:8000"])
@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("path", ["/", "/products/?sort=price&q=%E8%8C%B6", "/zh-hans/products/x/", "/no/such/page"])
def test_readers_are_led_to_the_same_page_of_the_primary_domain(
    moved: Tenant, host: str, method: str, path: str
) -> None:
    answer = visit(host, path, method)
    assert (answer.status_code, answer["Location"]) == (301, f"http://{PRIMARY}{path}")
    assert answer["Cache-Control"] == "max-age=300"


STAYS = [
    ("get", "/dashboard"), ("get", "/dashboard/"), ("get", "/zh-hans/dashboard/"), ("get", "/api/storefront/v1/products"),
    ("get", "/media/x"), ("post", "/"), ("post", "/cart/add/"), ("put", "/products/"), ("delete", "/"), ("post", "/e"),
    ("get", "/e"), ("get", "/webhooks/x"), ("get", "/.well-known/acme-challenge/x"), ("options", "/"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), STAYS)
def test_work_machines_and_what_changes_something_stay_where_they_are(moved: Tenant, method: str, path: str) -> None:
    assert visit("acme.localhost", path, method).status_code != 301


def test_the_primary_domain_serves_and_leads_nowhere(moved: Tenant) -> None:
    assert visit(PRIMARY, "/products/").status_code == 200


HOSTILE_PATHS = [
    "//evil.com/",
    "/\\evil.com",
    "/%0d%0aLocation:%20http://evil.com/",
    "/@evil.com/",
    "/?next=http://evil.com/",
]


@pytest.mark.guard("redirect-to-our-own-record", found="evil.com")
@pytest.mark.parametrize("path", HOSTILE_PATHS)
def test_no_request_chooses_where_a_redirect_leads(moved: Tenant, path: str) -> None:
    answer = visit("acme.localhost", path, **{"x-forwarded-host": "evil.com", "referer": "http://evil.com/"})
    assert answer.status_code == 301
    assert answer["Location"].startswith(f"http://{PRIMARY}/"), answer["Location"]
    assert "\n" not in answer["Location"]


def test_a_store_that_is_closed_leads_nowhere(moved: Tenant) -> None:
    Tenant.objects.filter(pk=moved.pk).update(state=TenantState.SUSPENDED)
    assert visit("acme.localhost").status_code == 503


@pytest.mark.parametrize(("language", "words"), [("en", "There is no store"), ("zh-CN,zh;q=0.9", "没有店铺")])
def test_a_host_that_nobody_has_is_told_of_in_the_visitors_language(acme: Tenant, language: str, words: str) -> None:
    answer = visit("nobody.example.com", **{"accept-language": language})
    assert (answer.status_code, answer["Cache-Control"]) == (404, "no-store")
    assert words in answer.content.decode()
    assert "http://localhost/stores/" in answer.content.decode()
    assert "nobody" not in answer.content.decode()


def ask(host: str) -> int:
    return visit("localhost", f"/internal/domain-ok?domain={host}").status_code


def test_a_certificate_is_for_proved_hosts_of_stores_that_are_served(connected: DomainClaim, acme: Tenant) -> None:
    assert [ask(host) for host in ("localhost", "acme.localhost", "example.com", "www.example.com")] == [200] * 4
    never = [
        "other.example.com",
        "",
        "..",
        "a" * 300,
        "example.com.",
        "acme.localhost@evil.com",
        "%00",
    ]
    assert [ask(host) for host in never] == [404] * len(never)
    Tenant.objects.filter(pk=acme.pk).update(state=TenantState.SUSPENDED)
    assert ask("example.com") == 404


def test_the_answer_says_yes_or_no_and_nothing_else(connected: DomainClaim) -> None:
    told = {
        host: visit("localhost", f"/internal/domain-ok?domain={host}").content
        for host in ("acme.localhost", "example.com", "nobody.example.com", "suspended.example.com")
    }
    assert set(told.values()) == {b"ok", b"unknown"}


def test_no_certificate_is_granted_while_the_database_is_away(
    connected: DomainClaim, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(**_words: Any) -> Any:
        raise OperationalError("gone")

    monkeypatch.setattr("tenants.hosts._read_changes", fails)
    assert ask("example.com") >= 500


def test_a_merchant_connects_a_domain_by_the_forms(
    merchant_client: Client, acme: Tenant, name_server: DnsSandbox
) -> None:
    assert b"acme.localhost" in merchant_client.get(PAGE).content
    refused = merchant_client.post(PAGE, {"host": "shop.localhost"})
    assert refused.status_code == 422
    assert b"belongs to the platform" in refused.content
    claimed = merchant_client.post(PAGE, {"host": "https://www.example.com/"})
    page = merchant_client.get(claimed["Location"]).content.decode()
    record = proof_of(DomainClaim.objects.get(tenant=acme))
    assert record.name in page
    assert record.value in page
    name_server.set_text(record.name, "v=spf1 -all")
    merchant_client.post(f"{claimed['Location']}check/")
    assert "v=spf1 -all" in merchant_client.get(claimed["Location"]).content.decode()
    name_server.set_text(record.name, record.value)
    merchant_client.post(f"{claimed['Location']}check/")
    assert "the domain is yours" in merchant_client.get(claimed["Location"]).content.decode()
    assert merchant_client.post(f"{PAGE}primary/", {"host": PRIMARY}).status_code == 302
    kept = merchant_client.post(f"{claimed['Location']}remove/")
    assert kept.status_code == 409
    merchant_client.post(f"{PAGE}primary/", {"host": "acme.localhost"})
    assert merchant_client.post(f"{claimed['Location']}remove/").status_code == 302
    left = merchant_client.get(PAGE).content.decode()
    assert "Left not long ago" in left
    assert '<button class="btn sm" type="submit" name="host" value="example.com"' in left


def test_looking_too_often_is_refused_with_words(merchant_client: Client, name_server: DnsSandbox) -> None:
    page = merchant_client.post(PAGE, {"host": "example.com"})["Location"]
    answers = [merchant_client.post(f"{page}check/").status_code for _ in range(7)]
    assert answers == [302] * 6 + [409]
    assert len({name for name, kind in name_server.asked if kind == "TXT"}) == 1


def test_many_domains_do_not_make_many_looks(merchant_client: Client, acme: Tenant, name_server: DnsSandbox) -> None:
    page = merchant_client.post(PAGE, {"host": "example.com"})["Location"]
    with in_tenant(acme):
        for _ in range(60):
            STORE_LOOKS.count(store="all")
    assert merchant_client.post(f"{page}check/").status_code == 409
    assert name_server.asked == []


@pytest.mark.guard("claims-of-this-store", found="404")
@pytest.mark.parametrize("path", ["", "check/"])
def test_claims_of_another_store_are_not_there(
    merchant_client: Client, globex: Tenant, name_server: DnsSandbox, now: datetime, path: str
) -> None:
    theirs = claim_name(tenant_id=globex.pk, typed="globex.example.com", actor="test", now=now)
    address = f"{PAGE}{theirs.pk}/{path}"
    answer = merchant_client.post(address) if path else merchant_client.get(address)
    assert answer.status_code == 404
    assert name_server.asked == []


@pytest.mark.parametrize(
    ("role", "may"), [("owner", True), ("manager", True), ("marketing", False), ("analyst", False)]
)
def test_owner_and_manager_change_domains_and_nobody_else(
    acme: Tenant, owner: Any, store_client: Callable[[Tenant], Client], role: str, may: bool
) -> None:
    Membership.objects.filter(tenant=acme, user=owner).update(role=role)
    client = sign_in(store_client(acme), acme, owner)
    assert (client.post(PAGE, {"host": "example.com"}).status_code == 302) is may


def test_who_may_only_look_is_told_so_and_sees_no_buttons(
    connected: DomainClaim, acme: Tenant, owner: Any, store_client: Callable[[Tenant], Client]
) -> None:
    client = sign_in(store_client(acme), acme, owner)
    pages = [PAGE, f"{PAGE}{connected.pk}/"]
    assert [page for page in pages if b'action="/dashboard/settings/domains/' in client.get(page).content] == pages[1:]
    Membership.objects.filter(tenant=acme, user=owner).update(role="marketing")
    for page in pages:
        content = client.get(page).content.decode()
        assert "Your role lets you look, not change." in content
        assert 'action="/dashboard/settings/domains/' not in content
        assert 'name="host"' not in content


def test_a_name_that_is_about_to_be_lost_is_not_offered_as_the_primary_one(
    merchant_client: Client, connected: DomainClaim, now: datetime
) -> None:
    here = {host: {"state": "here", "seen": ["192.0.2.1"]} for host in connected.hosts}
    DomainClaim.objects.filter(pk=connected.pk).update(pointing=here)
    offers = [
        merchant_client.get(page).content.count(b'"www.example.com"') for page in (PAGE, f"{PAGE}{connected.pk}/")
    ]
    assert offers == [1, 1]
    DomainClaim.objects.filter(pk=connected.pk).update(state=ClaimState.FAILING, failing_since=now)
    offers = [
        merchant_client.get(page).content.count(b'"www.example.com"') for page in (PAGE, f"{PAGE}{connected.pk}/")
    ]
    assert offers == [0, 0]


def test_a_page_that_waits_for_the_proof_looks_again_and_then_stops(
    merchant_client: Client, acme: Tenant, name_server: DnsSandbox, now: datetime
) -> None:
    claim = claim_name(tenant_id=acme.pk, typed="example.com", actor="test", now=now)
    page = f"{PAGE}{claim.pk}/"
    assert f'hx-get="{page}" hx-target="#main" hx-select="#main"' in merchant_client.get(page).content.decode()
    name_server.set_text(proof_of(claim).name, proof_of(claim).value)
    check_claim(claim_id=claim.pk, resolver=get_resolver(), actor="test", now=now)
    content = merchant_client.get(page).content.decode()
    assert 'id="main"' in content
    assert f'hx-get="{page}"' not in content


def test_a_name_behind_cloudflare_is_told_apart(merchant_client: Client, connected: DomainClaim) -> None:
    seen = {"example.com": {"state": "elsewhere", "seen": ["198.51.100.7"]},
            "www.example.com": {"state": "elsewhere", "seen": ["104.16.1.1", "2606:4700::1"]}}  # fmt: skip
    DomainClaim.objects.filter(pk=connected.pk).update(pointing=seen)
    page = merchant_client.get(f"{PAGE}{connected.pk}/").content.decode()
    assert page.count("Cloudflare stands in front of this name") == 1
    assert "It leads to 198.51.100.7 now." in page
    assert "104.16.1.1" not in page


@pytest.mark.parametrize("kind", ["verified", "failing", "released"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_merchant_is_told_by_mail(connected: DomainClaim, acme: Tenant, kind: str, language: str) -> None:
    Tenant.objects.filter(pk=acme.pk).update(language=language)
    with in_public():
        send.apply(kwargs={"claim_id": connected.pk, "kind": kind}, throw=True)
    letter = mail.outbox[0]
    assert "example.com" in letter.subject
    assert "http://acme.localhost/dashboard/settings/domains/" in str(letter.body)
    assert (connected.token in str(letter.body)) is (kind != "verified")


def test_a_claim_that_is_gone_is_not_told_of(connected: DomainClaim) -> None:
    DomainClaim.objects.all().delete()
    assert prepare_mail(claim_id=connected.pk, kind="verified") is None
