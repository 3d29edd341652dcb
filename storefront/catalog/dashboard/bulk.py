"""What is done to many products at once, and taken back."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core.access import needs
from core.clock import utc_now
from core.http import HttpRequest
from core.tenancy import current_tenant
from storefront.catalog.dashboard.list import UNDO_KEY
from storefront.catalog.dashboard.state import read_query
from storefront.catalog.enums import ProductStatus
from storefront.catalog.selectors.filtering import filter_products
from storefront.catalog.services import restore_statuses, set_status
from tenants.people.permissions import Permission


@needs(Permission.PRODUCTS_EDIT)
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Publish, archive or make drafts of the ticked products, or of all that match."""
    state = read_query(request.POST.get("state", ""), current_tenant().currency)
    wanted = {"publish": ProductStatus.ACTIVE, "archive": ProductStatus.ARCHIVED, "draft": ProductStatus.DRAFT}
    status = wanted.get(request.POST.get("action", ""))
    if request.POST.get("all"):
        ids = list(filter_products(state.filter).values_list("pk", flat=True))
    else:
        ids = [
            int(pick) for pick in request.POST.getlist("pick") if pick.isascii() and pick.isdigit() and len(pick) < 19
        ]
    if status is not None and ids:
        before = set_status(product_ids=ids, status=status, actor=request.user.get_username(), now=utc_now())
        request.session[UNDO_KEY] = {"statuses": before, "words": _said(status, len(before))}
    return redirect(state.address())


@needs(Permission.PRODUCTS_EDIT)
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Give the products of the last bulk action the statuses they had."""
    left = request.session.pop(UNDO_KEY, None)
    if left and left["statuses"]:
        statuses = {int(pk): status for pk, status in left["statuses"].items()}
        restore_statuses(statuses=statuses, actor=request.user.get_username(), now=utc_now())
    return redirect("dashboard_products")


def _said(status: ProductStatus, count: int) -> str:
    if status == ProductStatus.ACTIVE:
        return ngettext("Published %(num)s product.", "Published %(num)s products.", count) % {"num": count}
    if status == ProductStatus.ARCHIVED:
        return ngettext("Archived %(num)s product.", "Archived %(num)s products.", count) % {"num": count}
    return ngettext("Made %(num)s product a draft.", "Made %(num)s products drafts.", count) % {"num": count}
