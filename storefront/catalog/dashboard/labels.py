"""The merchant's page of tags, brands and kinds, and what somebody may mean who types one."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.access import needs
from core.clock import utc_now
from core.errors import InvalidInput
from core.http import HttpRequest
from storefront.catalog.enums import Label
from storefront.catalog.selectors import list_labels, suggest_labels
from storefront.catalog.services import start_renaming
from tenants.people.permissions import Permission

ROWS = 50


@needs(Permission.PRODUCTS_VIEW)
@require_safe
def labels(request: HttpRequest) -> HttpResponse:
    """Show every tag, brand or kind with how many products have it."""
    kind, query = _kind(request.GET.get("kind", "")), request.GET.get("q", "").replace("\0", "")[:100]
    page = Paginator(list_labels(kind, query), ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "kind": kind.value,
        "query": query,
        "keep": {"kind": kind.value},
        "views": [
            {"label": one.label, "url": f"?{urlencode({'kind': one.value})}", "current": one == kind} for one in Label
        ],
        "crumbs": [{"label": _("Products"), "url": reverse("dashboard_products")}],
    }
    return render(request, "catalog/dashboard/words/list.html", context)


@needs(Permission.PRODUCTS_EDIT)
@require_POST
def rename(request: HttpRequest) -> HttpResponse:
    """Rename, merge or take away a label over all goods, as a job."""
    kind = _kind(request.POST.get("kind", ""))
    after = "" if "remove" in request.POST else request.POST.get("after", "")
    try:
        if not after.strip() and "remove" not in request.POST:
            raise InvalidInput(_("Write the new name."))
        start_renaming(
            label=kind,
            before=request.POST.get("before", ""),
            after=after,
            actor=request.user.get_username(),
            now=utc_now(),
        )
    except InvalidInput as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("It is being changed on all products. The tray shows how far it is."))
    return redirect(f"{reverse('dashboard_labels')}?{urlencode({'kind': kind.value})}")


@needs(Permission.PRODUCTS_VIEW)
@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Answer with the options of a list that a text box offers while somebody types; of tags, the last one is meant."""
    kind = _kind(request.GET.get("kind", ""))
    typed = request.GET.get(request.GET.get("name", "q")[:40], "")[:500].replace("，", ",")
    head, comma, last = typed.rpartition(",") if kind == Label.TAG else ("", "", typed)
    begin = f"{head}, " if comma else ""
    names = [f"{begin}{name}" for name in suggest_labels(kind, last)]
    return render(request, "catalog/dashboard/words/suggested.html", {"names": names})


def _kind(text: str) -> Label:
    return Label(text) if text in Label.values else Label.TAG


urlpatterns = [
    path("", labels, name="dashboard_labels"),
    path("rename/", rename, name="dashboard_label_rename"),
    path("suggest/", suggest, name="dashboard_label_suggest"),
]
