"""Keep and drop the views of the list of products."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import needs
from core.clock import utc_now
from core.errors import InvalidInput
from core.http import HttpRequest
from core.lists.services import delete_view, save_view
from core.tenancy import current_tenant
from storefront.catalog.dashboard.list import LIST, state_url
from storefront.catalog.dashboard.state import read_query
from tenants.people.permissions import Permission


@needs(Permission.PRODUCTS_VIEW)
@require_POST
def keep_view(request: HttpRequest) -> HttpResponse:
    """Keep the list as it is looked at, for oneself or for everybody."""
    query = read_query(request.POST.get("state", ""), current_tenant().currency).query()
    try:
        view = save_view(
            name=LIST,
            label=request.POST.get("label", ""),
            query=query,
            is_shared="shared" in request.POST and Permission.PRODUCTS_EDIT in request.permissions,
            owner=request.user.get_username(),
            now=utc_now(),
        )
    except InvalidInput as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Kept the view “%(label)s”.") % {"label": view.label})
    return redirect(state_url(query))


@needs(Permission.PRODUCTS_VIEW)
@require_POST
def drop_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop a view of one's own, or a shared one."""
    delete_view(
        view_id=pk,
        name=LIST,
        owner=request.user.get_username(),
        may_delete_shared=Permission.PRODUCTS_EDIT in request.permissions,
    )
    return redirect("dashboard_products")
