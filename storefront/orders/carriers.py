"""Carriers: what they are called and where one follows a parcel. Addresses as the carriers publish them."""

import re
from dataclasses import dataclass
from urllib.parse import quote

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Carrier:
    """`track_url` has a place for the number; a carrier without one gives no link."""

    name: str | Promise
    track_url: str = ""
    numbers: str = ""


CARRIERS: dict[str, Carrier] = {
    "sf": Carrier(_("SF Express"), "https://www.sf-express.com/chn/sc/waybill/waybill-detail/{}", r"SF\d{12,13}"),
    "zto": Carrier(_("ZTO Express"), "https://www.kuaidi100.com/chaxun?com=zhongtong&nu={}", r"ZT\d{12}"),
    "yto": Carrier(_("YTO Express"), "https://www.kuaidi100.com/chaxun?com=yuantong&nu={}", r"YT\d{13}"),
    "jd": Carrier(_("JD Logistics"), "https://www.kuaidi100.com/chaxun?com=jd&nu={}", r"JD[A-Z0-9]{11,18}"),
    "ems": Carrier(_("EMS"), "https://www.kuaidi100.com/chaxun?com=ems&nu={}", r"E[A-Z]\d{9}CN"),
    "ups": Carrier("UPS", "https://www.ups.com/track?tracknum={}", r"1Z[A-Z0-9]{16}"),
    "dhl": Carrier("DHL", "https://www.dhl.com/global-en/home/tracking.html?tracking-id={}", r"JJD\d{16,18}"),
    "usps": Carrier("USPS", "https://tools.usps.com/go/TrackConfirmAction?tLabels={}", r"9[2-5]\d{20}|E[A-Z]\d{9}US"),
    "royal_mail": Carrier(
        "Royal Mail", "https://www.royalmail.com/track-your-item#/tracking-results/{}", r"[A-Z]{2}\d{9}GB"
    ),
    "other": Carrier(_("Another carrier")),
}


def clean_tracking_number(text: str) -> str:
    """Return the number as carriers write it, without spaces."""
    return re.sub(r"\s+", "", text).upper()


def guess_carrier(number: str) -> str:
    """Return the carrier whose numbers look like this, or nothing."""
    for key, carrier in CARRIERS.items():
        if carrier.numbers and re.fullmatch(carrier.numbers, number, re.ASCII):
            return key
    return ""


def carrier_name(key: str) -> str:
    """Return what the carrier is called in the reader's language; an unknown one is called as it was written."""
    carrier = CARRIERS.get(key)
    return str(carrier.name) if carrier else key


def tracking_url(key: str, number: str) -> str:
    """Return where one follows this parcel, or nothing."""
    carrier = CARRIERS.get(key)
    return carrier.track_url.format(quote(number, safe="")) if carrier and carrier.track_url and number else ""
