"""Whether a shopper can buy the product."""

from storefront.catalog.cards import Card


class DoctorCard(Card):
    name = "doctor"
    template = "catalog/dashboard/cards/doctor.html"
    column = "side"
