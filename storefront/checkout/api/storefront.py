"""Shoppers' API: carts, checkout, orders. A cart's or an order's token is the key to it."""

from collections.abc import Mapping
from typing import Any

from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.addresses import client_address
from core.api.idempotency import IdempotentView
from core.api.permissions import Public
from core.clock import utc_now
from storefront.carts.currency import cart_currency
from storefront.carts.errors import CartNotFound, CodeRefused
from storefront.carts.models import Cart
from storefront.carts.quoting import Buyer, get_quote
from storefront.carts.selectors import find_cart
from storefront.carts.services import Typed, add_to_cart, enter_code, get_or_create_cart
from storefront.catalog.shown import find_prices, own_prices
from storefront.checkout.api.representations import cart_json, order_detail_json, order_json
from storefront.checkout.api.serializers import (
    CartAnswer,
    CartInput,
    CheckoutInput,
    LineInput,
    PlaceInput,
)
from storefront.checkout.details import parse_details
from storefront.checkout.errors import DetailsRefused
from storefront.checkout.models import ApiIdempotencyKey
from storefront.checkout.selectors import find_order_of_cart, needs_delivery
from storefront.checkout.services import start_checkout
from storefront.checkout.ways import list_open_ways
from storefront.credits.errors import CreditRefused
from storefront.credits.presents import Present, read_present
from storefront.orders.enums import OrderSource
from storefront.orders.errors import OrderNotFound
from storefront.orders.models import Order
from storefront.shipping.selectors import is_pickup
from tenants.selectors import store_url


class StorefrontView(IdempotentView):
    permission_classes = [Public]
    idempotency_model = ApiIdempotencyKey


class CartsView(StorefrontView):
    """Start a cart."""

    @extend_schema(request=CartInput, responses={201: CartAnswer})
    def post(self, request: Request) -> Response:
        code = _parse(CartInput, request)["currency"].upper()
        prices = find_prices(code) if code else own_prices()
        if code and prices.currency != code:
            raise serializers.ValidationError({"currency": [_("This store has no prices in this currency.")]})
        cart = get_or_create_cart(token=None, customer=None, now=utc_now(), currency=cart_currency(prices))
        return Response(_cart(request, cart), status=201)


class CartDetailView(APIView):
    """Look at a cart, and at how it can be paid where it would go."""

    permission_classes = [Public]

    @extend_schema(parameters=[PlaceInput], responses=CartAnswer)
    def get(self, request: Request, token: str) -> Response:
        place = PlaceInput(data=request.query_params)
        place.is_valid(raise_exception=True)
        return Response(_cart(request, _find(token), place.validated_data))


class CartLinesView(StorefrontView):
    """Put something in a cart."""

    @extend_schema(request=LineInput, responses={201: CartAnswer})
    def post(self, request: Request, token: str) -> Response:
        asked = _parse(LineInput, request)
        cart, present = _find(token), _present(asked.get("recipient") or {})
        wanted = {name: asked[name] for name in ("variant_id", "quantity")}
        add_to_cart(cart=cart, **wanted, present=present, now=utc_now())
        return Response(_cart(request, cart), status=201)


class CartCheckoutView(StorefrontView):
    """Make a cart an order and say where it is paid."""

    @extend_schema(request=CheckoutInput, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request, token: str) -> Response:
        asked = _parse(CheckoutInput, request)
        payment = asked.get("payment") or {"method": "stripe"}
        texts = {
            **asked.get("shipping_address", {}),
            "email": asked["email"],
            "shipping_method_id": asked.get("shipping_method_id"),
            "payment_method": payment["method"],
        }
        cart = _find(token, any_state=True)
        try:
            is_picked_up = is_pickup(asked.get("shipping_method_id"))
            details = parse_details(texts, needs_delivery=needs_delivery(cart), is_pickup=is_picked_up)
        except DetailsRefused as error:
            raise serializers.ValidationError(_nested(error.errors)) from error
        _enter_codes(request, cart, asked)
        tenant = request._request.tenant  # type: ignore[attr-defined]
        started = start_checkout(
            tenant=tenant,
            cart=cart,
            details=details,
            now=utc_now(),
            base_url=store_url(tenant, ""),
            language=get_language() or "en",
            source=OrderSource.API,
        )
        body: dict[str, Any] = {"order": order_json(started.order)}
        if started.redirect_url:
            body["redirect_url"] = started.redirect_url
        return Response(body, status=201)


class OrderView(APIView):
    """Look at an order."""

    permission_classes = [Public]

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, token: str) -> Response:
        order = Order.objects.filter(token=token).first()
        if order is None:
            raise OrderNotFound(_("There is no such order."))
        return Response(order_detail_json(order))


def _parse(kind: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    form = kind(data=request.data)
    form.is_valid(raise_exception=True)
    asked: dict[str, Any] = form.validated_data
    return asked


def _find(token: str, *, any_state: bool = False) -> Cart:
    cart = find_cart(token)
    if cart is None and any_state and find_order_of_cart(token) is not None:
        cart = Cart.objects.filter(token=token).first()
    if cart is None:
        raise CartNotFound(_("There is no such cart, or it has become an order."))
    return cart


def _cart(request: Request, cart: Cart, place: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return a cart with the ways to pay for it where it would go, in the store's own country where nothing is said."""
    tenant, now, asked = request._request.tenant, utc_now(), place or {}  # type: ignore[attr-defined]
    country = str(asked.get("country") or tenant.country).upper()
    buyer = Buyer(country=country, region=asked.get("province", ""))
    quote = get_quote(cart=cart, buyer=buyer, method_id=asked.get("shipping_method_id"), now=now)
    return cart_json(quote.view, list_open_ways(quote, country=country, tenant=tenant, now=now))


def _present(typed: Mapping[str, str]) -> Present | None:
    """Return who gets gift cards, or None where nobody was named.

    Raises: ValidationError that points at what is wrong, in the words of the product's page.
    """
    names = {"email": "present_email", "name": "present_name", "message": "present_message", "send_on": "present_day"}
    try:
        return read_present({there: typed.get(here, "") for here, there in names.items()}, now=utc_now())
    except CreditRefused as error:
        wrong = next(here for here, there in names.items() if there == error.field)
        raise serializers.ValidationError({"recipient": {wrong: [str(error)]}}) from error


def _enter_codes(request: Request, cart: Cart, asked: dict[str, Any]) -> None:
    """Put discount codes and gift cards into the cart.

    Raises: ValidationError that points at the one that gives nothing.
    """
    who = Typed(client_address(request._request), None)
    for name in ("discount_codes", "gift_cards"):
        errors: dict[str, Any] = {}
        for number, text in enumerate(asked[name]):
            try:
                enter_code(cart=cart, text=text, who=who, now=utc_now())
            except CodeRefused as error:
                errors[str(number)] = [str(error)]
        if errors:
            raise serializers.ValidationError({name: errors})


def _nested(errors: dict[str, str]) -> dict[str, Any]:
    """Return sentences by field in the shape of the request's body."""
    top = {"email", "shipping_method_id"}
    nested: dict[str, Any] = {name: [text] for name, text in errors.items() if name in top}
    address = {name: [text] for name, text in errors.items() if name not in top | {"payment_method"}}
    if address:
        nested["shipping_address"] = address
    if "payment_method" in errors:
        nested["payment"] = {"method": [errors["payment_method"]]}
    return nested


urlpatterns = [
    path("carts", CartsView.as_view(), name="api_carts"),
    path("carts/<str:token>", CartDetailView.as_view(), name="api_cart"),
    path("carts/<str:token>/lines", CartLinesView.as_view(), name="api_cart_lines"),
    path("carts/<str:token>/checkout", CartCheckoutView.as_view(), name="api_cart_checkout"),
    path("orders/<str:token>", OrderView.as_view(), name="api_order"),
]
