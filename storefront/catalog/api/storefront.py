"""Shoppers' API: what is for sale."""

from typing import cast

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.pagination import CursorPages
from core.api.permissions import Public
from core.errors import InvalidInput
from core.events import publish
from storefront.catalog.api.serializers import ProductDetailSerializer, ProductSerializer, describe_context
from storefront.catalog.errors import ProductNotFound
from storefront.catalog.events import TextAsked
from storefront.catalog.models import Product
from storefront.catalog.selectors import DEFAULT_SORT, SORTS, active_products, get_collection

MAXIMUM_FOUND = 1000
MAXIMUM_TEXT = 200


class ProductList(APIView):
    """The products of a store, or those of a collection, or those that a text finds."""

    permission_classes = (Public,)

    @extend_schema(
        parameters=[OpenApiParameter(name, str) for name in ("limit", "cursor", "q", "collection", "sort", "currency")],
        responses=ProductSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        sort = request.query_params.get("sort", DEFAULT_SORT)
        if sort not in SORTS:
            raise InvalidInput(_("Sort by one of: %(names)s.") % {"names": ", ".join(SORTS)}, field="sort")
        pages = CursorPages()
        pages.ordering = SORTS[sort]  # type: ignore[assignment]
        rows = pages.paginate_queryset(_choose(request).prefetch_related("variants"), request, view=self)
        context = describe_context(rows or [], request.query_params.get("currency", ""))
        body = ProductSerializer(rows, many=True, context=context).data
        return pages.get_paginated_response(body)


class ProductDetail(APIView):
    """One product with its description and all its pictures."""

    permission_classes = (Public,)

    @extend_schema(parameters=[OpenApiParameter("currency", str)], responses=ProductDetailSerializer)
    def get(self, request: Request, handle: str) -> Response:
        product = active_products().filter(handle=handle).prefetch_related("variants", "images").first()
        if product is None:
            raise ProductNotFound(_("There is no such product, or it is not for sale any more."))
        context = describe_context([product], request.query_params.get("currency", ""))
        return Response(ProductDetailSerializer(product, context=context).data)


def _choose(request: Request) -> QuerySet[Product]:
    products = active_products()
    if handle := request.query_params.get("collection"):
        products = products.filter(collectionproduct__collection=get_collection(handle))
    if text := request.query_params.get("q", "").replace("\0", "")[:MAXIMUM_TEXT].strip():
        asked = TextAsked(text=text, limit=MAXIMUM_FOUND)
        publish(asked)
        products = products.filter(pk__in=cast("list[int]", asked.product_ids or []))
    return products


urlpatterns = [
    path("products", ProductList.as_view(), name="api_products"),
    path("products/<str:handle>", ProductDetail.as_view(), name="api_product"),
]
