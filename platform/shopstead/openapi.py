"""The API's own description, made once from its views and the same for every store."""

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import translation
from django.views.decorators.http import require_GET

ADDRESS = "api/openapi.json"


@require_GET
def openapi(_request: HttpRequest) -> HttpResponse:
    response = HttpResponse(_document(), content_type="application/json")
    response["Cache-Control"] = "public, max-age=3600"
    return response


@cache
def _document() -> bytes:
    # They bring Django's test client with them; most processes never describe the API.
    from drf_spectacular.generators import SchemaGenerator
    from drf_spectacular.renderers import OpenApiJsonRenderer

    with translation.override("en"):
        generator = SchemaGenerator(urlconf="shopstead.urls_store")  # type: ignore[no-untyped-call]
        schema = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
        document: bytes = OpenApiJsonRenderer().render(schema)
    return document


urlpatterns = [path(ADDRESS, openapi, name="api_openapi")]
