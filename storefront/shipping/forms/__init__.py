"""What a merchant types about delivery."""

from storefront.shipping.forms.methods import MethodForm, PickupForm
from storefront.shipping.forms.trying import TryForm
from storefront.shipping.forms.zones import HandlingForm, ZoneForm

__all__ = ["HandlingForm", "MethodForm", "PickupForm", "TryForm", "ZoneForm"]
