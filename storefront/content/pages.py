"""Shopper's pages: the store's own."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse

from core.http import HttpRequest
from core.shared_pages import shared_page
from core.tenancy import current_tenant
from storefront.content.errors import PageNotFound
from storefront.content.selectors import get_page
from tenants.selectors import store_url


@shared_page()
def page(request: HttpRequest, handle: str) -> HttpResponse:
    """Show one of the store's own pages."""
    try:
        found = get_page(handle)
    except PageNotFound as error:
        raise Http404(str(error)) from error
    address = store_url(current_tenant(), reverse("page", args=[handle]))
    return render(request, "content/page.html", {"page": found, "address": address})


urlpatterns = [path("pages/<str:handle>/", page, name="page")]
