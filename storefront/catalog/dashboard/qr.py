"""A product's address as a picture that a phone's camera reads: for the shelf, the parcel, the poster."""

import qrcode
from django.http import HttpResponse
from django.views.decorators.http import require_GET
from qrcode.image.svg import SvgPathFillImage

from core.access import needs
from core.http import HttpRequest
from core.tenancy import current_tenant
from storefront.catalog.selectors import get_product
from tenants.people.permissions import Permission
from tenants.selectors import store_url


@needs(Permission.PRODUCTS_VIEW)
@require_GET
def qr_code(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with the QR code of the product's page as an SVG file."""
    address = store_url(current_tenant(), f"/products/{get_product(pk).handle}/")
    drawn = qrcode.make(address, image_factory=SvgPathFillImage, border=4)
    return HttpResponse(drawn.to_string(encoding="unicode"), content_type="image/svg+xml")
