"""A customer's own reviews: written, changed, taken back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.addresses import client_address
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from storefront.catalog.models import Product
from storefront.customers.names import short_name
from storefront.customers.pages import signed_in_only
from storefront.reviews.enums import ReviewStatus
from storefront.reviews.forms import ReviewForm
from storefront.reviews.limits import count_written
from storefront.reviews.models import Review
from storefront.reviews.pages.reading import find_product
from storefront.reviews.selectors import find_own, has_bought, list_own, list_unreviewed
from storefront.reviews.services import delete_review, save_review
from storefront.reviews.services.writing import MOST_PHOTOS


@signed_in_only
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, handle: str) -> HttpResponse:
    """Write a review of a product, or change the one there is."""
    product = find_product(handle)
    customer = request.customer
    return handle_form(
        request,
        product=product,
        customer_id=customer.pk,
        called=short_name(customer.name),
        back_url=reverse("product", args=[handle]),
        done=lambda: redirect("account_reviews"),
    )


@signed_in_only
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    context = {"rows": list_own(request.customer.pk), "waiting": list_unreviewed(request.customer.pk)}
    return render(request, "reviews/mine.html", context, using="jinja2")


@signed_in_only
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    delete_review(review_id=pk, customer_id=request.customer.pk)
    messages.success(request, _("Your review is deleted."))
    return redirect("account_reviews")


def handle_form(
    request: HttpRequest,
    *,
    product: Product,
    customer_id: int,
    called: str,
    back_url: str,
    done: Callable[[], Any],
) -> HttpResponse:
    """Show the form of one product for one customer, or save what was sent; what is refused stays in the form."""
    own = find_own(customer_id=customer_id, product_id=product.pk)
    form = ReviewForm(request.POST or None, initial=_first_values(own, called, request.GET.get("stars", "")))
    status, keep = 200, [photo["path"] for photo in own.photos] if own else []
    if request.method == "POST":
        status, keep = 422, request.POST.getlist("keep")[:MOST_PHOTOS]
        if form.is_valid():
            try:
                count_written(customer_id=customer_id, address=client_address(request))
                review = save_review(
                    customer_id=customer_id,
                    product_id=product.pk,
                    language=get_language() or "en",
                    photos=request.FILES.getlist("photos"),
                    keep_photos=keep,
                    now=utc_now(),
                    **form.cleaned_data,
                )
            except ShopsteadError as error:
                form.add_error(error.field if error.field in form.fields else None, str(error))
                status = error.status
            else:
                messages.success(request, _say_what_happens(review))
                answer: HttpResponse = done()
                return answer
    context = {
        "form": form,
        "product": product,
        "own": own,
        "keep": keep,
        "most_photos": MOST_PHOTOS,
        "has_bought": has_bought(customer_id=customer_id, product_id=product.pk),
        "back_url": back_url,
    }
    return render(request, "reviews/write.html", context, status=status, using="jinja2")


def _first_values(own: Review | None, called: str, stars: str) -> dict[str, Any]:
    if own is not None:
        return {"rating": own.rating, "title": own.title, "body": own.body, "name": own.name}
    return {"name": called, "rating": int(stars) if stars in ("1", "2", "3", "4", "5") else None}


def _say_what_happens(review: Review) -> str:
    if review.status == ReviewStatus.APPROVED:
        return _("Thank you. Your review is on the product's page.")
    return _("Thank you. The store reads it first; then it is on the product's page.")
