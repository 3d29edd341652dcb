"""Carriers: what they are called and where one follows a parcel. Addresses as the carriers publish them."""

import re
from dataclasses import dataclass
from urllib.parse import quote

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_QUERY = "https://www.kuaidi100.com/chaxun?com={}&nu={{}}"


@dataclass(frozen=True, slots=True)
class Carrier:
    """`track_url` has a place for the number; `numbers` is how they look; `countries` are where this carrier is at home."""

    name: str | Promise
    track_url: str = ""
    numbers: str = ""
    countries: frozenset[str] = frozenset()


def _chinese(name: str | Promise, code: str, numbers: str) -> Carrier:
    return Carrier(name, _QUERY.format(code), numbers, frozenset({"CN"}))


CARRIERS: dict[str, Carrier] = {
    "sf": Carrier(
        _("SF Express"),
        "https://www.sf-express.com/chn/sc/waybill/waybill-detail/{}",
        r"SF\d{12,13}",
        frozenset({"CN", "HK"}),
    ),
    "zto": _chinese(_("ZTO Express"), "zhongtong", r"ZT\d{12}|7[35-9]\d{10}|7[35-9]\d{12}"),
    "yto": _chinese(_("YTO Express"), "yuantong", r"YT\d{13}|[DGVY]\d{9,11}"),
    "sto": _chinese(_("STO Express"), "shentong", r"STO\d{10,12}|77\d{13}|(?:268|368|468|568|668|868|888)\d{9}"),
    "yunda": _chinese(_("Yunda Express"), "yunda", r"YD\d{13}|4[36]\d{13}|31\d{11}"),
    "jtexpress": _chinese(_("J&T Express"), "jtexpress", r"JT\d{13}"),
    "jd": _chinese(_("JD Logistics"), "jd", r"JD[A-Z0-9]{11,18}"),
    "ems": _chinese(_("EMS"), "ems", r"E[A-Z]\d{9}CN|1[012]\d{11}"),
    "china_post": _chinese(_("China Post"), "youzhengguonei", r"[CLRU][A-Z]\d{9}CN|9[89]\d{11}"),
    "ups": Carrier("UPS", "https://www.ups.com/track?tracknum={}", r"1Z[A-Z0-9]{16}"),
    "fedex": Carrier(
        "FedEx", "https://www.fedex.com/fedextrack/?trknbr={}", r"\d{12}|96\d{20}", frozenset({"US", "CA"})
    ),
    "dhl": Carrier(
        "DHL",
        "https://www.dhl.com/global-en/home/tracking.html?tracking-id={}",
        r"JJD\d{16,18}|JVGL\d{10,20}|00340\d{15}|\d{10}",
    ),
    "usps": Carrier(
        "USPS",
        "https://tools.usps.com/go/TrackConfirmAction?tLabels={}",
        r"9[2-5]\d{20}|[A-Z]{2}\d{9}US",
        frozenset({"US"}),
    ),
    "royal_mail": Carrier(
        "Royal Mail",
        "https://www.royalmail.com/track-your-item#/tracking-results/{}",
        r"[A-Z]{2}\d{9}GB",
        frozenset({"GB"}),
    ),
    "dpd": Carrier("DPD", "https://tracking.dpd.de/status/en_US/parcel/{}", r"0\d{13}[A-Z0-9]?"),
    "gls": Carrier("GLS", "https://gls-group.com/GROUP/en/parcel-tracking/?match={}", r"GLS\d{8,14}"),
    "la_poste": Carrier(
        "La Poste",
        "https://www.laposte.fr/outils/suivre-vos-envois?code={}",
        r"[A-Z]{2}\d{9}FR|[68][A-Z]\d{11}",
        frozenset({"FR"}),
    ),
    "canada_post": Carrier(
        "Canada Post",
        "https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor={}",
        r"\d{16}|[A-Z]{2}\d{9}CA",
        frozenset({"CA"}),
    ),
    "australia_post": Carrier(
        "Australia Post", "https://auspost.com.au/mypost/track/details/{}", r"[A-Z]{2}\d{9}AU", frozenset({"AU"})
    ),
    "japan_post": Carrier(
        "Japan Post",
        "https://trackings.post.japanpost.jp/services/srv/search/direct?reqCodeNo1={}&locale=en",
        r"[A-Z]{2}\d{9}JP",
        frozenset({"JP"}),
    ),
    "other": Carrier(_("Another carrier")),
}


def clean_tracking_number(text: str) -> str:
    """Return the number as carriers write it, without spaces."""
    return re.sub(r"\s+", "", text).upper()


def split_tracking_numbers(text: str) -> list[str]:
    """Return the numbers of a parcel's boxes, each once: they stand on lines of their own or between commas."""
    numbers = (clean_tracking_number(part) for part in re.split(r"[,，;；、\r\n]+", text))
    return list(dict.fromkeys(number for number in numbers if number))


def guess_carrier(number: str, country: str = "") -> str:
    """Return the carrier whose numbers look like this, or nothing; where it goes decides between several."""
    found = [key for key, one in CARRIERS.items() if one.numbers and re.fullmatch(one.numbers, number, re.ASCII)]
    at_home = [key for key in found if country in CARRIERS[key].countries]
    if at_home or len(found) <= 1:
        return (at_home or found or [""])[0]
    abroad = [key for key in found if not CARRIERS[key].countries]
    return abroad[0] if abroad else "" if country else found[0]


def carrier_name(key: str) -> str:
    """Return what the carrier is called in the reader's language; an unknown one is called as it was written."""
    carrier = CARRIERS.get(key)
    return str(carrier.name) if carrier else key


def tracking_url(key: str, number: str) -> str:
    """Return where one follows this parcel, or nothing."""
    carrier = CARRIERS.get(key)
    return carrier.track_url.format(quote(number, safe="")) if carrier and carrier.track_url and number else ""
