"""“Can customers buy this?” on a product's page: what is in the way, why it matters, and the button that mends it."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.clock import utc_now
from storefront.catalog.cards import Card
from storefront.doctor.findings import STOPS, WARNS, diagnose
from storefront.doctor.selectors import gather_facts, get_store_facts
from tenants.people.permissions import Permission

NEEDS = {
    "store_closed": Permission.BILLING_VIEW,
    "no_payment": Permission.PAYMENTS_VIEW,
    "no_rate": Permission.SETTINGS_EDIT,
}


# Title, reason, button, and where it is mended: a page's name or a field; one that ends in _ is a version's.
WORDS = {
    "store_closed": (
        _("The store takes no orders now"),
        _("Shoppers can look, but nobody can pay."),
        _("See why"),
        "dashboard_billing",
    ),
    "not_for_sale": (
        _("It is not published"),
        _("Shoppers see it when its status is Active."),
        _("Change status"),
        "#id_status",
    ),
    "planned": (
        _("It is planned"),
        _("Shoppers see it when its time has come."),
        _("Change the time"),
        "#id_status",
    ),
    "no_payment": (
        _("Payments are not connected"),
        _("Shoppers can fill a cart but not pay by card."),
        _("Connect"),
        "dashboard_payments",
    ),
    "no_rate": (
        _("No delivery rate for your own country"),
        _("Shoppers there can fill a cart but not pay."),
        _("Add rate"),
        "dashboard_shipping",
    ),
    "no_stock": (
        _("It is sold out"),
        _("Say how many you have, or allow selling when it is out."),
        _("Add stock"),
        "#id_quantity_",
    ),
    "free": (_("It costs nothing"), _("A price of zero is rarely meant."), _("Set price"), "#id_price_"),
    "below_cost": (
        _("It costs you more than it brings"),
        _("A version is sold for less than its cost."),
        _("Set price"),
        "#id_price_",
    ),
    "no_file": (
        _("There is nothing to send"),
        _("A version is neither delivered nor loaded down."),
        _("Add a file"),
        "#files",
    ),
    "no_photo": (_("It has no picture"), _("Goods with a picture sell better."), _("Add picture"), "#pictures"),
    "no_text": (
        _("A language is missing"),
        _("Readers of that language see the store’s own words instead."),
        _("Translate"),
        "#languages",
    ),
    "wrong_gtin": (
        _("A barcode has a wrong digit"),
        _("Shopping feeds refuse the product."),
        _("Check barcode"),
        "#id_barcode_",
    ),
    "hidden_category": (
        _("Its category is hidden"),
        _("Shoppers find it by search only."),
        _("Choose another"),
        "#id_category",
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong; `url` leads to where it is mended, for whoever has the right `needs`."""

    title: str
    why: str
    action: str
    url: str
    stops: bool
    needs: str


class DoctorCard(Card):
    name = "doctor"
    template = "doctor/dashboard/card.html"
    column = "side"

    def findings(self) -> list[Finding]:
        """Look at the product as it is saved."""
        pk = self.state.product.pk
        facts = gather_facts([pk]).get(pk)
        codes = diagnose(get_store_facts(now=utc_now()), facts) if facts else []
        return [self._say(code) for code in codes]

    def result(self) -> dict[str, object]:
        """Return the findings, how many of them stop a sale, and how many checks were passed."""
        findings = self.findings()
        return {
            "findings": findings,
            "stops": sum(finding.stops for finding in findings),
            "passed": len(STOPS) + len(WARNS) - len(findings),
        }

    def _say(self, code: str) -> Finding:
        title, why, action, place = WORDS[code]
        needs = NEEDS.get(code, Permission.PRODUCTS_VIEW)
        return Finding(str(title), str(why), str(action), self._address(place), code in STOPS, needs)

    def _address(self, place: str) -> str:
        """Return where something is mended: a page by its name, or a field of this page, of its only version."""
        if not place.startswith("#"):
            return reverse(place)
        if not place.endswith("_"):
            return place
        return (
            "#versions" if self.state.has_versions or not self.state.variants else f"{place}{self.state.variants[0].pk}"
        )
