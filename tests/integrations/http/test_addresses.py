"""Where a fetch may go: the public internet and nowhere else, whatever the address looks like."""

from ipaddress import ip_address, ip_network

import pytest
from pytest_django import Settings

from integrations.http.addresses import find_place, may_connect
from integrations.http.errors import AddressRefused, FetchFailed, NotAnswered
from tests.integrations.http.conftest import FakeNames

INSIDE = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.0.3",
    "169.254.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.9.9",
    "192.0.0.1",
    "192.0.0.170",
    "192.0.2.7",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.255.1",
    "198.18.0.1",
    "198.51.100.2",
    "203.0.113.9",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "168.63.129.16",
    "::",
    "::1",
    "::127.0.0.1",
    "::10.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.1.2.3",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "2002:c0a8:1::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
]

MISSHAPEN = [
    "",
    "picture.png",
    "//example.com/a.png",
    "ftp://example.com/a.png",
    "file:///etc/passwd",
    "gopher://example.com/",
    "data:image/png;base64,AAAA",
    "javascript:alert(1)",
    "dict://127.0.0.1:11211/stats",
    "http://",
    "http:///a.png",
    "http://?a",
    "http://user@example.com/",
    "http://user:secret@example.com/",
    "http://example.com:secret@10.0.0.1/",
    "http://example.com\\@10.0.0.1/",
    "http://example.com:22/",
    "http://example.com:6379/",
    "http://example.com:8080/",
    "http://example.com:0/",
    "http://example.com:99999/",
    "http://example.com:eighty/",
    "http://example.com/\r\nHost: inside",
    "http://example.com/a b",
    "http://example.com/\x00",
    "http://exa mple.com/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.1/",
    "http://017700000001/",
    "http://127.1/",
    "http://0177.0.0.1/",
    "http://127.0.0.1.:80/",
    "http://[::1%25eth0]/",
    "http://[::ffff:7f00:1]:80/",
    "http://[0:0:0:0:0:ffff:127.0.0.1]/",
    "http://[::]/",
    "http://[::1",
    "http://example..com/",
    "http://-a.example.com/" + "a" * 2000,
    "http://" + "a" * 64 + ".com/",
    "http://" + ".".join(["a" * 60] * 5) + "/",
    "http://①②⑦.⓪.⓪.①/",
    "http://exam\u200bple\u3002com:81/",
]


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_not_the_public_internet_is_refused_by_number_and_by_name(address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(AddressRefused):
        find_place(f"http://{host}/a.png", resolver=FakeNames())
    with pytest.raises(AddressRefused):
        find_place("https://shop.example/a.png", resolver=FakeNames(shop_example=[[address]]))
    with pytest.raises(AddressRefused):
        find_place("https://shop.example/a.png", resolver=FakeNames(shop_example=[["93.184.215.14", address]]))


@pytest.mark.parametrize("url", MISSHAPEN)
def test_addresses_that_are_none_are_refused_before_any_name_is_asked(url: str) -> None:
    names = FakeNames()
    with pytest.raises(FetchFailed) as caught:
        find_place(url, resolver=names)
    assert not names.asked
    assert str(caught.value)


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::808:808"]
)
def test_the_public_internet_is_let_through(address: str) -> None:
    place = find_place("https://shop.example/a.png?v=1", resolver=FakeNames(shop_example=[[address]]))
    assert (place.addresses, place.port, place.target) == ((address,), 443, "/a.png?v=1")


def test_names_in_other_scripts_and_odd_paths_are_spelled_for_the_wire() -> None:
    names = FakeNames(**{"xn--fiq228c_example": [["8.8.8.8"]]})
    place = find_place("http://中文.example/图片 1.png".replace(" ", "%20"), resolver=names)
    assert (place.host, place.host_header) == ("xn--fiq228c.example", "xn--fiq228c.example")
    assert place.target == "/%E5%9B%BE%E7%89%87%201.png"


def test_a_name_that_nobody_knows_is_told_as_such() -> None:
    with pytest.raises(NotAnswered, match=r"nowhere\.example"):
        find_place("http://nowhere.example/", resolver=FakeNames())


def test_only_what_the_operator_names_is_allowed_besides(settings: Settings) -> None:
    assert not may_connect(ip_address("10.2.0.1"))
    settings.FETCH_ALLOWED_NETWORKS = [ip_network("10.2.0.0/16")]
    assert may_connect(ip_address("10.2.0.1"))
    assert not may_connect(ip_address("10.3.0.1"))
    assert not may_connect(ip_address("::ffff:10.2.0.1"))
