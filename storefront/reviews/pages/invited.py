"""For buyers with a link from a mail: they write as who bought, without an account."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from storefront.customers.names import short_name
from storefront.reviews.models import ReviewInvitation
from storefront.reviews.pages.own import handle_form
from storefront.reviews.selectors import list_invited
from storefront.reviews.services import open_invitation, refuse_invitations


@never_cache
@require_GET
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """List what was bought, each with its form."""
    try:
        found = open_invitation(token=token, now=utc_now())
    except ShopsteadError as error:
        return _private(
            render(request, "reviews/invitation.html", {"error": str(error)}, status=error.status, using="jinja2")
        )
    rows = list_invited(found)
    return _private(render(request, "reviews/invitation.html", {"rows": rows, "token": token}, using="jinja2"))


@never_cache
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, token: str, product_id: int) -> HttpResponse:
    found = _open(token)
    product = next((product for product, _said in list_invited(found) if product.pk == product_id), None)
    customer = found.order.customer
    if product is None or customer is None:
        raise Http404
    back = redirect("review_invitation", token=token)
    return _private(
        handle_form(
            request,
            product=product,
            customer_id=customer.pk,
            called=short_name(str(found.order.shipping_address.get("name") or customer.name)),
            back_url=back["Location"],
            done=lambda: back,
        )
    )


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Send this address no more such mails: a POST does it, the button's and that of mail programs alike.

    What RFC 8058 sends has no cookie and no form token: the signed link is the whole proof.
    """
    found = _open(token)
    is_done = request.method == "POST"
    if is_done:
        refuse_invitations(email=found.order.email, now=utc_now())
    context = {"token": token, "is_done": is_done}
    return _private(render(request, "reviews/stop.html", context, using="jinja2"))


def _open(token: str) -> ReviewInvitation:
    try:
        return open_invitation(token=token, now=utc_now())
    except ShopsteadError as error:
        raise Http404(str(error)) from error


def _private(response: HttpResponse) -> HttpResponse:
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response
