"""From what a merchant types to the host names that are claimed, in the one form that is stored and compared."""

import re
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address

import idna
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from publicsuffixlist import PublicSuffixList

from tenants.domains.errors import NameRefused

CHALLENGE_LABEL = "_shopstead-challenge"
CHALLENGE_PREFIX = "shopstead-verify="
# The challenge's own label comes in front, and a name has 253 characters at most.
_LONGEST = 253 - len(CHALLENGE_LABEL) - len("www.") - 1
_LONGEST_TYPED = 300
_SCHEME = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ClaimedName:
    """The name that the proof stands under, and the host names it is for: an apex has its www beside it."""

    host: str
    hosts: tuple[str, ...]


def read_name(typed: str) -> ClaimedName:
    """Return the names that this text claims, in punycode and lower case, without a dot at the end.

    A pasted address is cut down to its host. An apex and its `www` are claimed together, whichever was typed; the
    proof stands under the apex. Internationalized names follow UTS 46 and RFC 5891.
    Raises: NameRefused with words for the merchant.
    """
    host = _canonical(_cut(typed))
    _refuse_platform_names(host)
    suffix = _suffixes().publicsuffix(host)
    if suffix is None:
        raise NameRefused(
            _("We do not know the ending “.%(end)s”. Check the spelling.") % {"end": host.rsplit(".", 1)[-1]}
        )
    if suffix == host:
        raise NameRefused(_("“%(name)s” is an ending that many people share, not a domain of yours.") % {"name": host})
    apex = host.removeprefix("www.")
    if _suffixes().privatesuffix(host) == apex:
        return ClaimedName(apex, (apex, f"www.{apex}"))
    return ClaimedName(host, (host,))


def readable(host: str) -> str:
    """Return a host name as people write it: the letters instead of their punycode."""
    try:
        return idna.decode(host)
    except idna.IDNAError:
        return host


def challenge_name(host: str) -> str:
    """Return the name that the proof of a claim stands under."""
    return f"{CHALLENGE_LABEL}.{host}"


def short_name(name: str) -> str:
    """Return a name without the registered domain at its end, as many providers ask for it."""
    registered = _suffixes().privatesuffix(name)
    return name.removesuffix(f".{registered}") if registered else name


def challenge_text(token: str) -> str:
    """Return the proof itself."""
    return f"{CHALLENGE_PREFIX}{token}"


def _cut(typed: str) -> str:
    text = typed.strip()
    if len(text) > _LONGEST_TYPED:
        raise NameRefused(_("This is too long for a domain name."))
    host = re.split(r"[/?#\\]", _SCHEME.sub("", text, count=1), maxsplit=1)[0]
    if "@" in host:
        raise NameRefused(_("This looks like an e-mail address. Type the domain alone, such as example.com."))
    if _is_address(host):
        raise NameRefused(_("This is an IP address. Type a domain name, such as example.com."))
    if ":" in host:
        raise NameRefused(_("Leave out the port: type the domain alone, such as example.com."))
    return host.rstrip(".") if not host.endswith("..") else host


def _canonical(host: str) -> str:
    try:
        name = idna.encode(host, uts46=True, std3_rules=True).decode().lower()
    except (idna.IDNAError, UnicodeError) as error:
        raise NameRefused(
            _("“%(name)s” is not a domain name. Type it as your visitors would, such as example.com.")
            % {"name": host[:80]}
        ) from error
    if "." not in name:
        raise NameRefused(_("A domain name has a dot in it, such as example.com."))
    if len(name) > _LONGEST:
        raise NameRefused(_("This is too long for a domain name."))
    if _is_address(name):
        raise NameRefused(_("This is an IP address. Type a domain name, such as example.com."))
    return name


def _refuse_platform_names(host: str) -> None:
    for own in {settings.BASE_DOMAIN, settings.DOMAIN_TARGET, *settings.PLATFORM_HOSTS}:
        if host == own or host.endswith(f".{own}"):
            raise NameRefused(
                _("“%(name)s” belongs to the platform. Type a domain that you have registered yourself.")
                % {"name": host}
            )


def _is_address(text: str) -> bool:
    try:
        ip_address(text.strip("[]"))
    except ValueError:
        # 127.1 and 0x7f.1 are addresses to some programs; no domain name ends in a number.
        return bool(re.fullmatch(r"(?:.*\.)?(?:\d+|0x[0-9a-f]*)", text, re.IGNORECASE))
    return True


@cache
def _suffixes() -> PublicSuffixList:
    """Read the public suffix list when the first merchant needs it; endings that it does not know are refused."""
    return PublicSuffixList(accept_unknown=False)
