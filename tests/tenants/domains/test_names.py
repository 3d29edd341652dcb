"""What merchants type becomes one form of a name, or a sentence that says why not."""

import pytest

from tenants.domains.errors import NameRefused
from tenants.domains.names import challenge_name, read_name, readable, short_name

GOOD = [
    ("shop.example.com", ("shop.example.com",)),
    ("example.com", ("example.com", "www.example.com")),
    ("www.example.com", ("example.com", "www.example.com")),
    ("  Example.COM.  ", ("example.com", "www.example.com")),
    ("https://www.example.com/products/?a=1#b", ("example.com", "www.example.com")),
    ("http://shop.example.co.uk", ("shop.example.co.uk",)),
    ("example.co.uk", ("example.co.uk", "www.example.co.uk")),
    ("www.shop.example.com", ("www.shop.example.com",)),
    ("mine.github.io", ("mine.github.io", "www.mine.github.io")),
    ("bücher.example.de", ("xn--bcher-kva.example.de",)),
    ("云上茶舍.中国", ("xn--fhqrm513k67a.xn--fiqs8s", "www.xn--fhqrm513k67a.xn--fiqs8s")),
    ("XN--BCHER-KVA.de", ("xn--bcher-kva.de", "www.xn--bcher-kva.de")),
    ("example。com", ("example.com", "www.example.com")),
]


@pytest.mark.parametrize(("typed", "hosts"), GOOD)
def test_a_name_is_read_as_its_merchant_means_it(typed: str, hosts: tuple[str, ...]) -> None:
    assert read_name(typed).hosts == hosts
    assert read_name(typed).host == hosts[0]


BAD = [
    "", " ", ".", "..", "example", "example..com", "example.com..", ".example.com", "-a.example.com", "a-.example.com",
    "a_b.example.com", "example.com:8000", "https://example.com:443/", "me@example.com", "https://user@example.com/",
    "127.0.0.1", "127.1", "0x7f.1", "2130706433", "[::1]", "::1", "http://[::1]/", "１２７.０.０.１", "com", "co.uk", "github.io",
    "公司.cn", "localhost", "LOCALHOST.", "shop.localhost", "acme.localhost", "https://acme.localhost/", "shop.local",
    "shop.internal", "shop.test", "shop.example", "*.example.com", "exa mple.com", "example.com,other.com",
    "example.com\tother.com", "'; DROP TABLE--.com", "<b>.com", "%00.com", "a" * 64 + ".com",
    ".".join(["a" * 60] * 4) + ".com", "x" * 1000, "xn--.com", "xn--a.com", "\u202eexample.com", "//",
]  # fmt: skip


@pytest.mark.parametrize("typed", BAD)
def test_what_is_no_domain_of_a_merchant_is_refused_with_words(typed: str) -> None:
    with pytest.raises(NameRefused) as refused:
        read_name(typed)
    assert len(str(refused.value)) > 20


def test_a_www_before_a_shared_ending_is_a_name_of_its_own() -> None:
    assert read_name("www.co.uk").hosts == ("www.co.uk",)


def test_look_alikes_are_different_names() -> None:
    assert read_name("аcme.com").host == "xn--cme-5cd.com"
    assert readable("xn--cme-5cd.com") == "аcme.com"


def test_the_proof_stands_under_the_name_and_its_short_form_under_the_zone() -> None:
    assert challenge_name("shop.example.co.uk") == "_shopstead-challenge.shop.example.co.uk"
    assert short_name("_shopstead-challenge.shop.example.co.uk") == "_shopstead-challenge.shop"
    assert short_name("_shopstead-challenge.example.com") == "_shopstead-challenge"
