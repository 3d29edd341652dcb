"""Everybody's pages: all reviews of a product, and the form that reports one."""

import hashlib
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from core.addresses import client_address
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from core.shared_pages import shared_page
from core.tenancy import current_schema
from storefront.catalog.models import Product
from storefront.catalog.selectors import active_products
from storefront.reviews.enums import ReviewSort
from storefront.reviews.forms import ReportForm, read_stars
from storefront.reviews.limits import count_reported
from storefront.reviews.selectors import PER_PAGE, find_shown, get_rating, list_shown
from storefront.reviews.services import report_review


@require_GET
@shared_page("sort", "stars", "photos", "page", "part")
def reviews(request: HttpRequest, handle: str) -> HttpResponse:
    """List a product's reviews; `part=1` answers with the next ones alone, for the button that adds them."""
    product = find_product(handle)
    sort = request.GET.get("sort", ReviewSort.NEWEST)
    sort = sort if sort in ReviewSort.values else ReviewSort.NEWEST
    stars = read_stars(request.GET.get("stars", ""))
    with_photos = request.GET.get("photos") == "1"
    chosen = list_shown(product.pk, sort=sort, stars=stars, with_photos=with_photos)
    page = Paginator(chosen, PER_PAGE).get_page(request.GET.get("page"))
    kept: dict[str, str] = {}
    if sort != ReviewSort.NEWEST:
        kept["sort"] = str(sort)
    if stars:
        kept["stars"] = str(stars)
    if with_photos:
        kept["photos"] = "1"
    address = reverse("product_reviews", args=[handle])

    def link(**changed: str | None) -> str:
        query = {key: value for key, value in {**kept, **changed}.items() if value}
        return f"{address}?{urlencode(query)}" if query else address

    context: dict[str, Any] = {
        "product": product,
        "page": page,
        "sort": sort,
        "sorts": ReviewSort.choices,
        "stars": stars,
        "with_photos": with_photos,
        "address": address,
        "link": link,
    }
    if request.GET.get("part") == "1":
        return render(request, "reviews/part.html", context, using="jinja2")
    context["rating"] = get_rating(product.pk)
    return render(request, "reviews/list.html", context, using="jinja2")


@never_cache
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a review should not be there."""
    review = find_shown(pk)
    if review is None:
        raise Http404
    form = ReportForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                count_reported(address=client_address(request))
                report_review(review_id=review.pk, reporter=_reporter(request), now=utc_now(), **form.cleaned_data)
            except ShopsteadError as error:
                form.add_error(None, str(error))
                status = error.status
            else:
                return redirect(f"{reverse('review_report', args=[pk])}?done=1")
    context = {"review": review, "form": form, "is_done": "done" in request.GET and request.method == "GET"}
    return render(request, "reviews/report.html", context, status=status, using="jinja2")


def find_product(handle: str) -> Product:
    """Return a product that shoppers may see, or answer 404."""
    product = active_products().filter(handle=handle).first()
    if product is None:
        raise Http404
    return product


def _reporter(request: HttpRequest) -> str:
    """Return a name for who reports that says nothing of them: the customer, or the machine."""
    who = f"customer:{request.customer.pk}" if request.customer else f"address:{client_address(request)}"
    return hashlib.sha256(f"{current_schema()}:{who}".encode()).hexdigest()
