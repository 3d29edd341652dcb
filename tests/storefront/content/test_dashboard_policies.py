"""The merchant's screens for policies, and where shoppers find them."""

from collections.abc import Callable

import pytest
from django.test import Client

from core.tenancy import in_tenant
from storefront.content.enums import Policy
from storefront.content.models import Page
from storefront.content.policies import find_gaps, write_template
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
            assert "…" not in body or policy == Policy.REFUND
            assert find_gaps(policy, body, tenant=acme) == [] or "[" in body or "［" in body
            assert (len(find_gaps(policy, body, tenant=acme)) > 0) is ("[" in body or "［" in body)
