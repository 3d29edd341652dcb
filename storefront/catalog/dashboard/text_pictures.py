"""What the editor of texts sends: a picture, before the text that it stands in is saved."""

from dataclasses import asdict

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import needs
from core.errors import ShopsteadError
from core.http import HttpRequest
from storefront.catalog.services.text_pictures import keep_text_picture
from tenants.people.permissions import Permission


@needs(Permission.PRODUCTS_EDIT)
@require_POST
def text_picture(request: HttpRequest) -> HttpResponse:
    """Keep a picture for a description."""
    return answer_upload(request)


def answer_upload(request: HttpRequest) -> HttpResponse:
    """Keep the picture that was sent and say its address and size, or what is wrong with it."""
    file = request.FILES.get("picture")
    if file is None:
        return JsonResponse({"error": _("Choose a picture first.")}, status=422)
    try:
        kept = keep_text_picture(file)
    except ShopsteadError as error:
        return JsonResponse({"error": str(error)}, status=error.status)
    return JsonResponse(asdict(kept), status=201)
