"""What shoppers' clients send, and what they get, as the API's description says it."""

from typing import Any

from rest_framework import serializers

from storefront.catalog.api.serializers import MoneySerializer
from storefront.payments.models import WayKind


class PlainIntegerField(serializers.IntegerField):
    """A whole number in plain digits: Python reads the digits of every script."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, str) and not data.isascii():
            self.fail("invalid")
        return super().to_internal_value(data)


class CartInput(serializers.Serializer[Any]):
    currency = serializers.CharField(required=False, allow_blank=True, default="", max_length=3)


class RecipientInput(serializers.Serializer[Any]):
    """Who gets gift cards; the words are judged as those of the product's page."""

    email = serializers.CharField(required=False, allow_blank=True, default="")
    name = serializers.CharField(required=False, allow_blank=True, default="", help_text="At most 160 signs.")
    message = serializers.CharField(required=False, allow_blank=True, default="", help_text="At most 500 signs.")
    send_on = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        help_text="An ISO 8601 date within a year. Empty: as soon as it is paid.",
    )


class LineInput(serializers.Serializer[Any]):
    variant_id = PlainIntegerField(min_value=1, max_value=2**62)
    quantity = PlainIntegerField(default=1)
    recipient = RecipientInput(required=False, allow_null=True, help_text="Who gets the gift cards that are added.")


class AddressInput(serializers.Serializer[Any]):
    """The words are judged by checkout itself; here they only have to be texts."""

    name = serializers.CharField(required=False, allow_blank=True, default="")
    line1 = serializers.CharField(required=False, allow_blank=True, default="")
    line2 = serializers.CharField(required=False, allow_blank=True, default="")
    city = serializers.CharField(required=False, allow_blank=True, default="")
    province = serializers.CharField(required=False, allow_blank=True, default="")
    postcode = serializers.CharField(required=False, allow_blank=True, default="")
    country = serializers.CharField(required=False, allow_blank=True, default="")
    phone = serializers.CharField(required=False, allow_blank=True, default="")


class PaymentInput(serializers.Serializer[Any]):
    method = serializers.CharField(
        required=False, default="stripe", help_text="One of the cart’s `payment_methods`, or `manual`."
    )


class CheckoutInput(serializers.Serializer[Any]):
    email = serializers.CharField(required=False, allow_blank=True, default="")
    shipping_address = AddressInput(required=False)
    shipping_method_id = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**62)
    discount_codes = serializers.ListField(child=serializers.CharField(), required=False, default=list, max_length=5)
    payment = PaymentInput(required=False)
    gift_cards = serializers.ListField(child=serializers.CharField(), required=False, default=list, max_length=5)


class PlaceInput(serializers.Serializer[Any]):
    """Where a cart would go, and how: what its ways to pay depend on."""

    country = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=2,
        help_text="ISO 3166-1 alpha-2; the store's own where none is given.",
    )
    province = serializers.CharField(required=False, allow_blank=True, default="", max_length=80)
    shipping_method_id = PlainIntegerField(required=False, default=None, min_value=1, max_value=2**62)


class CartLineAnswer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    variant_id = serializers.IntegerField()
    title = serializers.CharField()
    variant_title = serializers.CharField(allow_blank=True)
    sku = serializers.CharField(allow_blank=True)
    quantity = serializers.IntegerField()
    unit_price = MoneySerializer()
    total = MoneySerializer()
    url = serializers.CharField()
    problem = serializers.CharField(allow_null=True, help_text="Why it cannot be bought like this.")


class PaymentMethodAnswer(serializers.Serializer[Any]):
    method = serializers.ChoiceField(choices=WayKind.values, help_text="What checkout takes as `payment.method`.")
    title = serializers.CharField()
    text = serializers.CharField(help_text="The line below it.")


class CartAnswer(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="The cart's secret token.")
    currency = serializers.CharField(help_text="ISO 4217.")
    items_count = serializers.IntegerField()
    lines = CartLineAnswer(many=True)
    subtotal = MoneySerializer()
    total = MoneySerializer(help_text="Without delivery and taxes, until checkout knows where to.")
    payment_methods = PaymentMethodAnswer(
        many=True,
        help_text="What checkout takes for it there; none where nothing is left to pay, or no orders are taken.",
    )
