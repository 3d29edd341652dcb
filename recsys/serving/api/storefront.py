"""Shoppers' API: recommendations."""

from typing import Any

from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.permissions import Public
from core.errors import InvalidInput
from recsys.serving.selectors import (
    BUY_AGAIN,
    FOR_YOU,
    SIMILAR,
    TOGETHER,
    list_best_sellers,
    list_for_customer,
    list_for_product,
)
from storefront.catalog.api.serializers import ProductSerializer, describe_context
from storefront.catalog.errors import ProductNotFound
from storefront.catalog.selectors import Card, active_products
from storefront.customers.models import Customer

DEFAULT_LIMIT, MAXIMUM_LIMIT = 8, 20


class RecommendationSerializer(serializers.Serializer[Any]):
    product = ProductSerializer()
    reason = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]


class RecommendationList(APIView):
    """What goes with a product (`product=handle`), or what the signed-in customer may like (`for=me`)."""

    permission_classes = (Public,)

    @extend_schema(
        parameters=[OpenApiParameter(name, str) for name in ("product", "for", "slot", "limit", "currency")],
        responses=RecommendationSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        cards = _choose(request)
        ids = [card["id"] for card in cards]
        products = {row.pk: row for row in active_products().filter(pk__in=ids).prefetch_related("variants")}
        rows = [
            {"product": products[card["id"]], "reason": card["reason"], "source": card["source"]}
            for card in cards
            if card["id"] in products
        ]
        context = describe_context(products.values(), request.query_params.get("currency", ""))
        body = RecommendationSerializer(rows, many=True, context=context).data
        response = Response({"data": body, "next_cursor": None})
        response["Cache-Control"] = "private, no-store" if "for" in request.query_params else "public, max-age=60"
        return response


def _choose(request: Request) -> list[Card]:
    handle, who = request.query_params.get("product"), request.query_params.get("for")
    limit = _limit(request.query_params.get("limit"))
    if handle is not None:
        product_id = active_products().filter(handle=handle).values_list("pk", flat=True).first()
        if product_id is None:
            raise ProductNotFound(_("There is no such product, or it is not for sale any more."))
        return list_for_product(product_id, limit, kind=_slot(request, (SIMILAR, TOGETHER)))
    if who != "me":
        raise InvalidInput(_("Say product=handle or for=me."), field="for" if who is not None else "product")
    slot = _slot(request, (FOR_YOU, BUY_AGAIN)) or FOR_YOU
    customer: Customer | None = getattr(request, "customer", None)
    if customer is None:
        return list_best_sellers(limit) if slot == FOR_YOU else []
    return list_for_customer(customer.pk, limit, slot=slot)


def _slot(request: Request, allowed: tuple[str, str]) -> str | None:
    slot = request.query_params.get("slot") or None
    if slot is not None and slot not in allowed:
        raise InvalidInput(_("The slot is one of: %(names)s.") % {"names": ", ".join(allowed)}, field="slot")
    return slot


def _limit(text: str | None) -> int:
    if not text:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= MAXIMUM_LIMIT and len(text) <= 4):
        raise InvalidInput(_("The limit is a number from 1 to %(most)s.") % {"most": MAXIMUM_LIMIT}, field="limit")
    return int(text)


urlpatterns = [path("recommendations", RecommendationList.as_view(), name="api_recommendations")]
