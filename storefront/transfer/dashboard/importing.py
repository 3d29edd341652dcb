"""The merchant's pages of an import: upload, columns, check, result, the rows that were left out, and back again."""

import csv
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.files.storage import storages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.access import needs
from core.actors import current_actor
from core.clock import utc_now
from core.errors import InvalidInput, NotFound, ShopsteadError
from core.http import HttpRequest
from core.jobs.models import Job
from core.jobs.services import dismiss_job
from core.tenancy import current_tenant
from storefront.transfer import services
from storefront.transfer.columns import template_header
from storefront.transfer.dashboard.choosing import ChoicesForm, describe_choices
from storefront.transfer.dashboard.columns import describe_columns, read_chosen
from storefront.transfer.enums import ImportKind
from storefront.transfer.results import shorten
from storefront.transfer.selectors import find_pictures_job, find_run_of, get_import, get_run, list_runs
from tenants.people.permissions import Permission

SHOWN_ERRORS = 20
SHOWN_RUNS = 10
SHOWN_FAILURES = 20
# What a form adds around its file.
FORM_BYTES = 64 * 1024
_DRAIN_BLOCK = 1024 * 1024

View = Callable[..., HttpResponse]


def _size_first(view: View) -> View:
    """Refuse an upload by its announced size, before anything (the CSRF check included) reads it."""
    guarded = csrf_protect(view)

    @csrf_exempt
    def checked(request: HttpRequest) -> HttpResponse:
        announced = request.META.get("CONTENT_LENGTH") or ""
        size = int(announced[:18]) if announced.isascii() and announced.isdigit() else 0
        if size > settings.MAX_IMPORT_BYTES + FORM_BYTES:
            _drain(request, size)
            message = _("This file has %(size)s MB; at most %(limit)s MB can be imported at once. Split it into parts.")
            numbers = {"size": size // 1024**2, "limit": settings.MAX_IMPORT_BYTES // 1024**2}
            return _show_upload(request, error=message % numbers, status=413)
        return guarded(request)

    return checked


def _drain(request: HttpRequest, size: int) -> None:
    """Let a browser finish sending what is thrown away, up to a bound, or it would show no answer at all."""
    left = min(size, 4 * settings.MAX_IMPORT_BYTES)
    while left > 0 and (block := request.read(min(left, _DRAIN_BLOCK))):
        left -= len(block)


@needs(Permission.IMPORTS_RUN)
@_size_first
def upload(request: HttpRequest) -> HttpResponse:
    """Show the upload form; take a file and check it in the background."""
    if request.method != "POST":
        return _show_upload(request)
    kind = _read_kind(request.POST.get("kind"))
    file = request.FILES.get("file")
    if kind is None or file is None:
        return _show_upload(request, error=_("Choose a file first."), kind=kind, status=422)
    try:
        started = services.start_upload(
            kind=kind, file=file, filename=file.name or "", actor=_actor(request), now=utc_now()
        )
    except ShopsteadError as error:
        return _show_upload(request, error=str(error), kind=kind, status=error.status)
    return redirect("dashboard_import_columns", started.token)


@needs(Permission.IMPORTS_RUN)
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, token: str) -> HttpResponse:
    """Show what each column is taken for; take what the merchant says instead and check the file."""
    found = get_run(token)
    if request.method != "POST":
        kind = _read_kind(request.GET.get("kind"))
        if kind is not None and kind != found.kind:
            found = services.change_kind(token=token, kind=kind)
        form = ChoicesForm(None, found, current_tenant())
        return render(request, "transfer/columns.html", {**describe_columns(found), "form": form})
    chosen, form = read_chosen(request.POST, found), ChoicesForm(request.POST, found, current_tenant())
    if not form.is_valid():
        return render(request, "transfer/columns.html", {**describe_columns(found, chosen), "form": form}, status=422)
    try:
        job = services.start_check(
            token=token, mapping=chosen, choices=form.choices(), actor=_actor(request), now=utc_now()
        )
    except InvalidInput as error:
        context = {**describe_columns(found, chosen, str(error)), "form": form}
        return render(request, "transfer/columns.html", context, status=error.status)
    return redirect("dashboard_import_run", job.token)


@needs(Permission.IMPORTS_RUN)
@require_POST
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """Take an import back."""
    job = services.start_undoing(token=token, actor=_actor(request), now=utc_now())
    return redirect("dashboard_job", job.token)


@needs(Permission.IMPORTS_RUN)
@require_POST
def pictures(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once more for the pictures that did not come."""
    found = get_run(token)
    services.start_fetching(run_token=found.token, filename=found.filename, actor=_actor(request), now=utc_now())
    return redirect("dashboard_import_run", found.job_token) if found.job_token else redirect("dashboard_import")


@needs(Permission.IMPORTS_RUN)
@require_GET
def template(_request: HttpRequest, kind: str) -> HttpResponse:
    """Answer with an empty file of the right columns."""
    found = _read_kind(kind)
    if found is None:
        raise NotFound(_("There is no such file."))
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.value}-template.csv"'
    response.write("\ufeff")
    csv.writer(response).writerow(template_header(found))
    return response


@needs(Permission.IMPORTS_RUN)
@require_GET
def run(request: HttpRequest, token: str) -> HttpResponse:
    """Show a check or an import: its progress, then its result; one that a member has seen leaves the tray."""
    job = get_import(token)
    if job.is_finished and not job.dismissed and current_actor().support_user_id is None:
        dismiss_job(token=job.token)
    return render(request, "transfer/run.html", _describe(job))


@needs(Permission.IMPORTS_RUN)
@require_POST
def start(request: HttpRequest, token: str) -> HttpResponse:
    """Import what was checked."""
    job = services.start_import(check_token=get_import(token).token, actor=_actor(request), now=utc_now())
    return redirect("dashboard_import_run", job.token)


@needs(Permission.IMPORTS_RUN)
@require_GET
def rows(_request: HttpRequest, token: str) -> HttpResponse | FileResponse:
    """Send the rows that were left out, to be mended and imported again."""
    job = get_import(token)
    name = job.result.get("error_file")
    if not name or not storages["private"].exists(name):
        raise NotFound(_("There are no rows to download. They are kept for 24 hours."))
    stem = job.params["filename"].rsplit("/", 1)[-1].split(".")[0][:60] or "rows"
    return FileResponse(
        storages["private"].open(name), as_attachment=True, filename=f"{stem}-left-out.csv", content_type="text/csv"
    )


def _show_upload(
    request: HttpRequest, *, error: str = "", kind: ImportKind | None = None, status: int = 200
) -> HttpResponse:
    chosen = kind or _read_kind(request.GET.get("kind")) or ImportKind.PRODUCTS
    context = {
        "kinds": [
            {"value": item.value, "label": item.label, "template": reverse("dashboard_import_template", args=[item])}
            for item in ImportKind
        ],
        "chosen": chosen.value,
        "error": error,
        "limit": settings.MAX_IMPORT_BYTES // 1024**2,
        "recent": [
            {"run": one, "can_undo": services.can_be_undone(one, now=utc_now())} for one in list_runs(limit=SHOWN_RUNS)
        ],
    }
    return render(request, "transfer/upload.html", context, status=status)


def _describe(job: Job) -> dict[str, Any]:
    kind = ImportKind(job.params["kind"])
    result = job.result
    taken = int(result.get("created", 0)) + int(result.get("updated", 0))
    found = find_run_of(job)
    fetching = find_pictures_job(found) if found is not None and job.params.get("check") else None
    return {
        "job": job,
        "run": found,
        "can_undo": found is not None and job.is_finished and services.can_be_undone(found, now=utc_now()),
        "pictures": fetching,
        "failures": fetching.result.get("failures", [])[:SHOWN_FAILURES] if fetching is not None else [],
        "kind": kind,
        "title": _TITLES[kind](),
        "filename": shorten(job.params["filename"]),
        "chosen": describe_choices(found, current_tenant()) if found is not None else [],
        "result": result,
        "taken": taken,
        "unchanged": int(result.get("unchanged", 0)) + int(result.get("skipped", 0)),
        "sampled": len(result.get("samples", [])),
        "errors": result.get("errors", [])[:SHOWN_ERRORS],
        "is_check": bool(job.params["dry_run"]),
        "confirm_label": _COUNTS[kind](taken),
        "back_url": reverse("dashboard_import"),
        "list_url": reverse(_LISTS[kind]),
        "rows_url": reverse("dashboard_import_rows", args=[job.token]) if result.get("error_file") else "",
    }


def _actor(request: HttpRequest) -> str:
    return str(getattr(request.user, "email", ""))


def _read_kind(text: str | None) -> ImportKind | None:
    return ImportKind(text) if text in ImportKind.values else None


_LISTS = {
    ImportKind.GROUPS: "dashboard_collections",
    ImportKind.PRODUCTS: "dashboard_products",
    ImportKind.INVENTORY: "dashboard_inventory",
    ImportKind.CUSTOMERS: "dashboard_customers",
    ImportKind.ORDERS: "dashboard_orders",
}
_TITLES: dict[ImportKind, Callable[[], str]] = {
    ImportKind.PRODUCTS: lambda: _("Import products"),
    ImportKind.GROUPS: lambda: _("Import collections and categories"),
    ImportKind.INVENTORY: lambda: _("Import stock"),
    ImportKind.CUSTOMERS: lambda: _("Import customers"),
    ImportKind.ORDERS: lambda: _("Import orders"),
}
_COUNTS: dict[ImportKind, Callable[[int], str]] = {
    ImportKind.PRODUCTS: lambda n: ngettext("Import %(n)s product", "Import %(n)s products", n) % {"n": f"{n:,}"},
    ImportKind.GROUPS: lambda n: ngettext("Import %(n)s group", "Import %(n)s groups", n) % {"n": f"{n:,}"},
    ImportKind.INVENTORY: lambda n: ngettext("Set %(n)s count", "Set %(n)s counts", n) % {"n": f"{n:,}"},
    ImportKind.CUSTOMERS: lambda n: ngettext("Import %(n)s customer", "Import %(n)s customers", n) % {"n": f"{n:,}"},
    ImportKind.ORDERS: lambda n: ngettext("Import %(n)s order", "Import %(n)s orders", n) % {"n": f"{n:,}"},
}

urlpatterns = [
    path("", upload, name="dashboard_import"),
    path("template/<str:kind>/", template, name="dashboard_import_template"),
    path("columns/<str:token>/", columns, name="dashboard_import_columns"),
    path("undo/<str:token>/", undo, name="dashboard_import_undo"),
    path("pictures/<str:token>/", pictures, name="dashboard_import_pictures"),
    path("<str:token>/", run, name="dashboard_import_run"),
    path("<str:token>/start/", start, name="dashboard_import_start"),
    path("<str:token>/rows/", rows, name="dashboard_import_rows"),
]
