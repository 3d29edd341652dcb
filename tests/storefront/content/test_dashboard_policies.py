"""The merchant's screens for policies, and where shoppers find them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from django.test import Client

from core.tenancy import in_tenant
from storefront.content.enums import Policy
from storefront.content.errors import ContentRefused
from storefront.content.models import Page
from storefront.content.policies import find_gaps, write_template
from storefront.content.services import PageDraft, save_policy, write_policy
from tenants.models import Tenant
from tests.storefront.content.test_dashboard_pages import sent, soup

LIST = "/dashboard/policies/"


def test_a_policy_begins_with_a_template_and_is_hidden_until_its_gaps_are_filled(
    acme: Tenant, merchant_client: Client, store_client: Callable[[Tenant], Client]
) -> None:
    assert soup(merchant_client.get(LIST)).get_text().count("A template is ready") == len(Policy)
    path = f"{LIST}imprint/"
    values = sent(merchant_client, path, "policy")
    assert "This is a template" in merchant_client.get(path).content.decode()
    assert "经营者信息" in values["zh-hans-title"]
    with in_tenant(acme):
        assert not Page.objects.exclude(policy="").exists(), "looking writes nothing"
    refused = merchant_client.post(path, {**values, "is_published": "on"})
    assert refused.status_code == 422
    assert "[Full name of the owner" in soup(refused).find(id="id_body_error").get_text()
    assert merchant_client.post(path, values).status_code == 302
    assert "Still to be filled in" in merchant_client.get(path).content.decode()
    assert store_client(acme).get("/policies/imprint/").status_code == 404
    whole = {**values, "body": "Acme Ltd [est. 1999]", "zh-hans-body_html": "一家公司", "is_published": "on"}
    assert merchant_client.post(path, whole).status_code == 302
    shown = soup(store_client(acme).get("/policies/imprint/"))
    assert shown.find("article").find("p").get_text() == "Acme Ltd [est. 1999]"
    assert [link["href"] for link in shown.select("footer .rules a")] == ["/policies/imprint/"]
    told = soup(store_client(acme).get("/zh-hans/policies/imprint/")).select_one("footer .rules a")
    assert (told["href"], told.get_text()) == ("/zh-hans/policies/imprint/", "经营者信息")
    assert soup(merchant_client.get(f"{path}?fresh=1")).find(id="id_body").get_text().count("[") > 2
    assert merchant_client.get(f"{LIST}else/").status_code == 404


@pytest.mark.parametrize("country", ["DE", "CN", "US"])
def test_every_policy_has_a_template_in_both_languages_with_the_gaps_that_are_looked_for(
    acme: Tenant, country: str
) -> None:
    acme.country = country
    for policy in Policy:
        for language in ("en", "zh-hans"):
            title, body = write_template(
                policy, language=language, country=country, store=acme.name, email="a@example.com"
            )
            assert title
            assert "{" not in body
            assert "…" not in body
            assert (len(find_gaps(policy, body)) > 0) is ("[" in body or "［" in body)


@pytest.mark.parametrize("policy", Policy)
def test_a_policy_whose_gaps_are_filled_is_shown_whatever_forms_it_holds(
    acme: Tenant, policy: Policy, now: datetime
) -> None:
    acme.country = "DE"
    title, body = write_template(policy, language="en", country="DE", store=acme.name, email="a@example.com")
    whole = PageDraft(title=title, body_html=body.replace("[", "").replace("]", ""))
    unspoken = {"fr": {"body_html": "[Full name of the owner or company with its legal form]"}}
    with in_tenant(acme):
        assert save_policy(
            policy=policy, draft=replace(whole, translations=unspoken), tenant=acme, now=now
        ).is_published
        if find_gaps(policy, body):
            acme.country = "US"
            with pytest.raises(ContentRefused, match="Fill in"):
                save_policy(policy=policy, draft=replace(whole, body_html=body), tenant=acme, now=now)


def test_a_policy_is_not_shown_or_deleted_as_a_page(acme: Tenant, merchant_client: Client, now: datetime) -> None:
    with in_tenant(acme):
        page = write_policy(policy=Policy.IMPRINT, tenant=acme, now=now)
    assert merchant_client.post(f"/dashboard/pages/{page.pk}/show/", {"show": "1"}).status_code == 404
    assert merchant_client.post(f"/dashboard/pages/{page.pk}/delete/").status_code == 404
    assert merchant_client.get(f"/dashboard/pages/{page.pk}/").status_code == 404
    with in_tenant(acme):
        assert not Page.objects.get(pk=page.pk).is_published
