"""The spelling of VAT numbers; python-stdnum knows each country's check digits."""

import unicodedata

from django.utils.translation import gettext_lazy as _
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError

from storefront.taxes.errors import VatIdRefused

# Source: Article 4 of Directive 2006/112/EC, as it stands; Monaco counts as France and the Isle of Man as the United Kingdom.
EUROPEAN_UNION = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
)
_PREFIX = {"GR": "EL"}


def clean_vat_id(text: str, *, country: str) -> str:
    """Return a VAT number as registers write it, with its country's letters (EL for Greece).

    Raises: VatIdRefused for one that is spelled wrong or is another country's.
    """
    prefix = _PREFIX.get(country, country)
    plain = unicodedata.normalize("NFKC", text[:40]).upper()
    compact = "".join(c for c in plain if c.isascii() and c.isalnum())
    if not compact.startswith(prefix):
        compact = prefix + compact
    if country not in EUROPEAN_UNION or not eu_vat.is_valid(compact):
        raise VatIdRefused(
            _("This is not a VAT number of that country. It begins with %(prefix)s, such as on your invoices.")
            % {"prefix": prefix},
            field="vat_id",
        )
    try:
        return str(eu_vat.validate(compact))
    except ValidationError as error:
        raise VatIdRefused(_("This is not a VAT number."), field="vat_id") from error


def split_vat_id(vat_id: str) -> tuple[str, str]:
    """Return the letters of the country and the number."""
    return vat_id[:2], vat_id[2:]
