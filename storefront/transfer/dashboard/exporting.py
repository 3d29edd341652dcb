"""The merchant's page of exports: what, in which form, and the files of the last day."""

from django.core.files.storage import storages
from django.http import FileResponse, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.access import needs
from core.clock import utc_now
from core.errors import NotFound
from core.http import HttpRequest
from core.tenancy import current_tenant
from storefront.transfer import services
from storefront.transfer.enums import ExportFormat, ImportKind
from storefront.transfer.narrowing import find_listed
from storefront.transfer.selectors import get_export, list_exports
from tenants.people.permissions import Permission

SHOWN = 10
_CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@needs(Permission.IMPORTS_RUN)
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponse:
    """Show what can be exported; `pick` names single products, customers or orders, the rest of the address a list's rows."""
    given = request.POST if request.method == "POST" else request.GET
    kind = ImportKind(given["kind"]) if given.get("kind") in ImportKind.values else ImportKind.PRODUCTS
    picked = [int(text) for text in given.getlist("pick") if text.isascii() and text.isdigit() and len(text) < 19]
    listed = given.get("state" if given.get("all") else "listed", "")
    if request.method == "POST":
        form = given.get("format", "")
        job = services.start_export(
            kind=kind,
            file_format=ExportFormat(form) if form in ExportFormat.values else ExportFormat.CSV,
            ids=None if given.get("all") else picked or None,
            listed=listed,
            actor=str(getattr(request.user, "email", "")),
            now=utc_now(),
        )
        return redirect("dashboard_job", job.token)
    listed = _rest(given)
    shown = find_listed(kind=kind, query=listed, currency=current_tenant().currency)
    context = {
        "listed": listed if shown is not None else "",
        "listed_count": None if shown is None else shown.count(),
        "kinds": list(ImportKind),
        "chosen": kind.value,
        "formats": list(ExportFormat),
        "picked": picked[: services.MOST_PICKED],
        "recent": list_exports(limit=SHOWN),
        "now": utc_now(),
    }
    return render(request, "transfer/export.html", context)


def _rest(given: QueryDict) -> str:
    """Return what the list's own address would say."""
    rest = given.copy()
    for name in ("kind", "pick", "format"):
        rest.pop(name, None)
    return rest.urlencode()[: services.MOST_LISTED]


@needs(Permission.IMPORTS_RUN)
@require_GET
def file(_request: HttpRequest, token: str) -> FileResponse:
    """Send a finished export."""
    job = get_export(token)
    name = job.result.get("file")
    if not name or not storages["private"].exists(name):
        raise NotFound(_("This file is gone. Exports are kept for 24 hours: make a new one."))
    filename = str(job.result["filename"])
    return FileResponse(
        storages["private"].open(name),
        as_attachment=True,
        filename=filename,
        content_type=_CONTENT_TYPES[filename.rpartition(".")[2]],
    )


urlpatterns = [
    path("", export, name="dashboard_export"),
    path("<str:token>/file/", file, name="dashboard_export_file"),
]
