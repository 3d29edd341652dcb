"""How an address is written on a parcel, by the custom of its country."""

from collections.abc import Mapping

from storefront.customers.forms import country_label

_POSTCODE_LAST = frozenset({"AU", "CA", "US"})


def format_address(kept: Mapping[str, str]) -> list[str]:
    """Return the lines of an address; its keys are the columns of `Address`."""

    def part(key: str) -> str:
        return str(kept.get(key) or "").strip()

    country = part("country")
    if country == "CN":
        street = "".join(part(key) for key in ("province", "city", "line1", "line2"))
        lines = [part("name"), part("company"), street, part("postcode")]
    elif country in _POSTCODE_LAST:
        region = " ".join(filter(None, (part("province"), part("postcode"))))
        place = ", ".join(filter(None, (part("city"), region)))
        lines = [part("name"), part("company"), part("line1"), part("line2"), place]
    else:
        place = " ".join(filter(None, (part("postcode"), part("city"), part("province"))))
        lines = [part("name"), part("company"), part("line1"), part("line2"), place]
    return [line for line in (*lines, country_label(country) if country else "", part("phone")) if line]
