"""How one piece is sent within the store's own country."""

from django.utils import timezone

from core.tenancy import current_tenant
from storefront.catalog.shown import shown
from storefront.shipping.rates import Parcel, Rate, Row, make_offer


class HomeDelivery:
    """The first way to get one piece to somebody in the store's own country, today and in the shown currency.

    A page asks for each of its versions, and what costs and weighs the same is sent alike.
    """

    def __init__(self, delivery: Row | None) -> None:
        self.country: str = current_tenant().country
        self._delivery = delivery
        self._rates: dict[tuple[int, int], Rate | None] = {}

    def rate(self, *, price_amount: int, weight_grams: int) -> Rate | None:
        """Return what it costs and when it comes; None where nothing is sent there."""
        key = price_amount, weight_grams
        if key not in self._rates:
            parcel = Parcel(country=self.country, subtotal_amount=price_amount, weight_grams=weight_grams)
            rates = make_offer(self._delivery, parcel, prices=shown(), today=timezone.localdate()).rates
            self._rates[key] = rates[0] if rates else None
        return self._rates[key]
