"""The gallery of a product by itself: files one after the other, moved and taken away without saving the page."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.access import needs
from core.clock import utc_now
from core.errors import InvalidInput, ShopsteadError
from core.http import HttpRequest
from core.tenancy import current_tenant
from storefront.catalog.cards import ProductState
from storefront.catalog.dashboard.cards.pictures import STEPS, PicturesCard, add_what_was_sent, read_asked
from storefront.catalog.models import ProductImage
from storefront.catalog.selectors import get_product, list_images, list_variants
from storefront.catalog.services import add_image, arrange_images, move_image, remove_image, retry_picture
from tenants.people.permissions import Permission


@needs(Permission.PRODUCTS_VIEW, change=Permission.PRODUCTS_EDIT)
def media(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with the gallery as the card shows it, after what the post asked for; without a script, with the page."""
    found = get_product(pk)
    try:
        if request.method == "POST":
            _do(request, found.pk)
    except (InvalidInput, ShopsteadError) as error:
        return JsonResponse({"error": str(error), "field": getattr(error, "field", "")}, status=error.status)
    if "X-Gallery" not in request.headers:
        return redirect(f"{reverse('dashboard_product', args=[pk])}#pictures")
    state = ProductState(
        product=found, variants=list_variants(pk), images=list_images(pk), currency=current_tenant().currency
    )
    return render(request, "catalog/dashboard/cards/gallery.html", {"card": PicturesCard(state), "product": found})


def _do(request: HttpRequest, product_id: int) -> None:
    what = request.POST.get("do", "")
    if what == "upload":
        for file in request.FILES.getlist("pictures"):
            add_image(product_id=product_id, file=file, alt=request.POST.get("alt", ""), now=utc_now())
    elif what == "order":
        keys = [int(key) for key in request.POST.getlist("image") if key.isascii() and key.isdigit() and len(key) < 19]
        arrange_images(product_id=product_id, image_ids=keys)
    elif what == "add":
        _add(request, product_id)
    elif (asked := read_asked(what)) and ProductImage.objects.filter(pk=asked[1], product_id=product_id).exists():
        _change(*asked)


def _add(request: HttpRequest, product_id: int) -> None:
    state = ProductState(product=get_product(product_id), variants=[], images=[], currency=current_tenant().currency)
    form = PicturesCard(state, request.POST, request.FILES).form
    if form.errors:
        name, words = next(iter(form.errors.items()))
        raise InvalidInput(str(words[0]) if words else _("Something is missing."), field=name)
    add_what_was_sent(product_id, form.cleaned_data, now=utc_now())


def _change(what: str, image_id: int) -> None:
    if what == "retry":
        retry_picture(image_id=image_id)
    elif STEPS[what]:
        move_image(image_id=image_id, by=STEPS[what])
    else:
        remove_image(image_id=image_id)
