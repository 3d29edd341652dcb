"""A video or a 3D model by itself: the one page whose policy lets in what it needs, opened by a tap and never before."""

from collections.abc import Mapping, Sequence

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from core.http import HttpRequest
from storefront.catalog.enums import MediaKind
from storefront.catalog.errors import VideoRefused
from storefront.catalog.jinja import image_url, picture
from storefront.catalog.models import ProductImage
from storefront.catalog.selectors import active_products
from storefront.catalog.translations import say
from storefront.catalog.videos import read_video_address

# What model-viewer 4.4.0 needs, found by trying: pictures inside a model reach the renderer as blobs, a decoder of its own is
# WebAssembly, and its shadow tree has one style element (this hash). No other host is let in.
MODEL_POLICY = {
    "connect-src": ["blob:"],
    "script-src": ["'wasm-unsafe-eval'"],
    "style-src": ["'sha256-PXtZZkJMMyc18o/DN1ZEFOJ2qEGq95IQbVaJFMOXOb0='"],
}


@require_safe
@xframe_options_sameorigin
def product_media(request: HttpRequest, handle: str, pk: int) -> HttpResponse:
    """Show a product's video or model, as a page or inside the frame that the product's page has for it."""
    shown = ProductImage.objects.filter(pk=pk, product__in=active_products().filter(handle=handle))
    image = shown.exclude(kind=MediaKind.IMAGE).select_related("product").first()
    if image is None:
        raise Http404
    context = {
        "product": image.product,
        "alt": say(image, "alt"),
        "poster": picture({"path": image.path, "width": image.width, "height": image.height, "formats": image.formats}),
        "is_framed": "frame" in request.GET,
    }
    if image.kind == MediaKind.MODEL:
        models = {"model": image_url(image.model_path), "usdz": image_url(image.usdz_path)}
        response = render(request, "catalog/model.html", {**context, **models})
        return _allow(request, response, MODEL_POLICY)
    try:
        video = read_video_address(image.video_url)
    except VideoRefused as error:
        raise Http404 from error
    response = render(request, "catalog/video.html", {**context, "video": video})
    kind = "media-src" if video.kind == "file" else "frame-src"
    return _allow(request, response, {kind: ["'self'", video.origin]})


def _allow(request: HttpRequest, response: HttpResponse, more: Mapping[str, Sequence[str]]) -> HttpResponse:
    """Widen the policy of this one answer, beside the hashes of its inline styles."""
    styles = [*getattr(request, "style_hashes", ()), *more.get("style-src", ())]
    response._csp_update = {**more, "style-src": styles}  # type: ignore[attr-defined]
    return response


urlpatterns = [path("products/<str:handle>/media/<int:pk>/", product_media, name="product_media")]
