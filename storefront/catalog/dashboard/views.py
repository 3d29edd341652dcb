"""Keep and drop the views of the list of products."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from core.access import needs
from core.http import HttpRequest
from core.lists.answers import answer_drop, answer_keep
from core.tenancy import current_tenant
from storefront.catalog.dashboard.list import LIST, PAGE
from storefront.catalog.dashboard.state import read_query
from tenants.people.permissions import Permission


@needs(Permission.PRODUCTS_VIEW)
@require_POST
def keep_view(request: HttpRequest) -> HttpResponse:
    """Keep the list as it is looked at, for oneself or for everybody."""
    query = read_query(request.POST.get("state", ""), current_tenant().currency).query()
    may_share = Permission.PRODUCTS_EDIT in request.permissions
    return answer_keep(request, name=LIST, page=PAGE, query=query, may_share=may_share)


@needs(Permission.PRODUCTS_VIEW)
@require_POST
def drop_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop a view of one's own, or a shared one."""
    may_all = Permission.PRODUCTS_EDIT in request.permissions
    return answer_drop(request, name=LIST, page=PAGE, view_id=pk, may_drop_shared=may_all)
