"""The platform's front page."""

import pytest
from django.test import Client

from tenants.models import Tenant


@pytest.mark.parametrize(("language", "price"), [("en", "$19.00"), ("zh-hans", "¥129.00")])
def test_the_front_page_and_the_prices_speak_of_the_same_currency(
    platform_client: Client, acme: Tenant, language: str, price: str
) -> None:
    for address in ("/", "/pricing/"):
        assert price in platform_client.get(address, headers={"accept-language": language}).content.decode(), address
