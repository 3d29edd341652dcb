"""The merchant's page of a customer, and what is written there."""

from django.contrib import messages
from django.forms import model_to_dict
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.access import needs
from core.addresses import client_address
from core.clock import utc_now
from core.errors import NotFound, ShopsteadError
from core.http import HttpRequest
from core.notes import KeepForm, answer_keep, answer_note
from storefront.customers.addresses import format_address
from storefront.customers.forms import country_label
from storefront.customers.selectors import find_former, get_customer, list_addresses, list_history
from storefront.customers.services import add_note, invite_customer, keep_words
from tenants.people.permissions import Permission

FEW_MOMENTS, MOST_MOMENTS = 30, 500


@needs(Permission.CUSTOMERS_VIEW)
@require_GET
def customer(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who somebody is, what they bought and what happened; `history=all` shows more of it."""
    former = find_former(pk)
    if former is not None:
        return redirect("dashboard_customer", pk=former.customer_id)
    found = get_customer(pk)
    addresses = [format_address(model_to_dict(address)) for address in list_addresses(found)]
    limit = MOST_MOMENTS if request.GET.get("history") == "all" else FEW_MOMENTS
    moments = list_history(found, permissions=request.permissions, limit=limit + 1)
    context = {
        "customer": found,
        "name": _("Deleted customer") if found.erased_at else found.name or found.email,
        "country": country_label(found.country),
        "addresses": [(lines, "\n".join(lines)) for lines in addresses],
        "average_amount": found.spent_amount // found.orders_count if found.orders_count else None,
        "former": list(found.former.order_by("-merged_at", "-pk")),
        "moments": moments[:limit],
        "has_more": len(moments) > limit and limit == FEW_MOMENTS,
        "keep_form": KeepForm(initial={"note": found.note, "tags": ", ".join(found.tags)}),
    }
    return render(request, "customers/dashboard/customer.html", context)


@needs(Permission.CUSTOMERS_EDIT)
@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a line into the customer's history."""
    actor, now = request.user.get_username(), utc_now()
    return answer_note(
        request,
        write=lambda text: add_note(customer_id=pk, text=text, actor=actor, now=now),
        back=reverse("dashboard_customer", args=[pk]),
    )


@needs(Permission.CUSTOMERS_EDIT)
@require_POST
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the customer's note and tags."""
    actor, now = request.user.get_username(), utc_now()
    return answer_keep(
        request,
        write=lambda note, tags: keep_words(customer_id=pk, note=note, tags=tags, actor=actor, now=now),
        back=reverse("dashboard_customer", args=[pk]),
    )


@needs(Permission.CUSTOMERS_EDIT)
@require_POST
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the customer a link into their account."""
    try:
        link = invite_customer(
            customer_id=pk, actor=request.user.get_username(), address=client_address(request), now=utc_now()
        )
    except NotFound:
        raise
    except ShopsteadError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The link is on its way to %(email)s.") % {"email": link.email})
    return redirect("dashboard_customer", pk=pk)
