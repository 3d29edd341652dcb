"""Where a request comes from: the one place that reads the connecting address and what a proxy says of it."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


# What a request says of where it comes from, in the words of CGI.
ADDRESS_KEYS = ("REMOTE_ADDR", "HTTP_X_FORWARDED_FOR")


def client_address(request: HttpRequest) -> str:
    """Return the address of whoever sent the request.

    That is the address that connected, unless it belongs to one of TRUSTED_PROXIES: then it is the last entry of
    X-Forwarded-For that no trusted proxy stands behind. What is left of that entry was written by strangers and is not read;
    an entry that is no address ends the search at the proxy that passed it on.
    """
    connected = str(request.META.get("REMOTE_ADDR", ""))
    nearest = _parse(connected)
    if nearest is None or not _is_trusted(nearest):
        return connected
    for entry in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        found = _parse(entry.strip())
        if found is None:
            break
        nearest = found
        if not _is_trusted(found):
            break
    return str(nearest)


def _is_trusted(address: Address) -> bool:
    trusted: list[Network] = settings.TRUSTED_PROXIES
    return any(address in network for network in trusted)


@lru_cache(4096)
def _parse(text: str) -> Address | None:
    """Read an address; some proxies add the port, and IPv4 may come dressed as IPv6."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
