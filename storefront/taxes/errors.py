"""What can go wrong with taxes."""

from core.errors import InvalidInput, NotFound, Unavailable


class TaxRefused(InvalidInput):
    """What was written about a tax is wrong; `field` names where."""

    code = "tax_refused"


class RegionNotFound(NotFound):
    code = "tax_region_not_found"


class VatIdRefused(InvalidInput):
    """This is no VAT number of that country."""

    code = "vat_id_refused"


class TaxUnavailable(Unavailable):
    """Whoever counts taxes for the store does not answer, or not for this address."""

    code = "tax_unavailable"
