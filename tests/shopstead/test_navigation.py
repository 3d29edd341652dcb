"""The keys that go to the places of the side bar."""

from bs4 import BeautifulSoup
from django.test import Client

from tenants.models import Tenant


def test_each_letter_goes_to_one_place_that_opens(acme: Tenant, merchant_client: Client) -> None:
    page = BeautifulSoup(merchant_client.get("/dashboard/customers/").content, "html.parser")
    keys = [(link["data-key"], link["href"]) for link in page.select("dialog.keys-sheet a[data-key]")]
    assert len(dict(keys)) == len(keys) == 11
    assert dict(keys)["o"] == "/dashboard/orders/"
    places = {link["href"] for link in page.select("nav.side a.nav")}
    assert {address for _key, address in keys} <= places
    assert not {"j", "k", "x", "g"} & {key for key, _address in keys}
