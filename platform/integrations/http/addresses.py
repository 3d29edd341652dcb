"""Which addresses may be asked: the public internet's, on the web's ports, and what the operator has allowed besides."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import quote, urlsplit

import idna
from django.conf import settings
from django.utils.translation import gettext as _

from integrations.dns.resolver import Reply, Resolver
from integrations.http.errors import AddressRefused, NotAnswered

LONGEST_URL = 2000
PORTS = {"http": 80, "https": 443}

Address = IPv4Address | IPv6Address

_NAT64 = IPv6Network("64:ff9b::/96")
_UNICAST = IPv6Network("2000::/3")
# Public by its number, yet the inside of a data center: Azure's wire server, and the old 6to4 relays.
_NEVER = (ip_network("168.63.129.16/32"), ip_network("192.88.99.0/24"))
_HOST = re.compile(r"^[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_-]{1,63})*$")
_SAFE_PATH = "/%:@!$&'()*+,;=~-._"


@dataclass(frozen=True, slots=True)
class Place:
    """An address that was looked at: where to connect (`address`, the first of the name's), and what to ask there."""

    scheme: str
    host: str
    port: int
    target: str
    addresses: tuple[str, ...]

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def find_place(url: str, *, resolver: Resolver) -> Place:
    """Read an address and resolve its name once; what is returned may be connected to, and nothing else.

    Every address of the name has to be public: a name that also leads inside is refused whole.
    Raises: AddressRefused, NotAnswered.
    """
    scheme, host, port, target = _read(url)
    literal = _as_literal(host)
    if literal is not None:
        addresses: Sequence[Address] = [literal]
    else:
        found = resolver.find_addresses(host)
        if found.reply in (Reply.NO_NAME, Reply.NO_RECORD):
            raise NotAnswered(_("There is no server of the name “%(host)s”.") % {"host": host[:80]})
        if found.reply != Reply.FOUND or not found.addresses:
            raise NotAnswered(_("We could not find out where “%(host)s” is. Try again later.") % {"host": host[:80]})
        addresses = [ip_address(text) for text in found.addresses]
    if not all(may_connect(address) for address in addresses):
        raise AddressRefused(
            _("“%(host)s” is not on the public internet. We only fetch from there.") % {"host": host[:80]}
        )
    return Place(scheme, host, port, target, tuple(str(address) for address in addresses))


def may_connect(address: Address) -> bool:
    """Tell whether an address is public, or in a network that `FETCH_ALLOWED_NETWORKS` names."""
    for network in settings.FETCH_ALLOWED_NETWORKS:
        if address.version == network.version and address in network:
            return True
    return all(_is_public(part) for part in _meant(address))


def _meant(address: Address) -> list[Address]:
    """Return the address and the IPv4 address that it carries inside, if any."""
    if isinstance(address, IPv4Address):
        return [address]
    carried = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64 or int(address) >> 32 == 0:
        carried.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return (
        [address, *(part for part in carried if part is not None)] if not address.ipv4_mapped else [address.ipv4_mapped]
    )


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address not in _UNICAST and address not in _NAT64:
        return False
    if any(address.version == network.version and address in network for network in _NEVER):
        return False
    return address.is_global and not address.is_multicast and not (address.version == 4 and address.is_reserved)


def _read(url: str) -> tuple[str, str, int, str]:
    """Return scheme, host, port and what to ask for.

    Raises: AddressRefused.
    """
    if len(url) > LONGEST_URL or any(ord(sign) <= 32 or ord(sign) == 127 for sign in url) or "\\" in url:
        raise AddressRefused(_("This is not the address of a file on the web."))
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise AddressRefused(_("This is not the address of a file on the web.")) from error
    if parts.scheme not in PORTS or not host:
        raise AddressRefused(_("We can only fetch from http and https addresses."))
    if parts.username is not None or parts.password is not None:
        raise AddressRefused(_("The address holds a user name or a password. Give one without."))
    port = PORTS[parts.scheme] if port is None else port
    if port not in settings.FETCH_ALLOWED_PORTS:
        raise AddressRefused(_("We only fetch from the ports %(ports)s.") % {"ports": _shown_ports()})
    target = quote(parts.path or "/", safe=_SAFE_PATH)
    if parts.query:
        target += "?" + quote(parts.query, safe=_SAFE_PATH + "?")
    return parts.scheme, _plain_host(host), port, target


def _shown_ports() -> str:
    return ", ".join(str(port) for port in sorted(settings.FETCH_ALLOWED_PORTS))


def _plain_host(host: str) -> str:
    if ":" in host:
        return host
    try:
        plain = host.rstrip(".") if host.isascii() else idna.encode(host.rstrip("."), uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError) as error:
        raise AddressRefused(_("This is not the address of a file on the web.")) from error
    plain = plain.lower()
    if len(plain) > 253 or not _HOST.match(plain):
        raise AddressRefused(_("This is not the address of a file on the web."))
    return plain


def _as_literal(host: str) -> Address | None:
    """Return the address that the host is, if it is one.

    Raises: AddressRefused for the old spellings (127.1, 0x7f000001, 2130706433, 017700000001), which nobody means well.
    """
    try:
        return ip_address(host)
    except ValueError:
        if ":" in host or re.fullmatch(r"(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]+))*", host):
            raise AddressRefused(_("This is not the address of a file on the web.")) from None
        return None
