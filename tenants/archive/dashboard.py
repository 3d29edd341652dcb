"""The merchant's pages about the store as a whole: its archives, the way back, a sandbox, and the end."""

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.attempts import LOGINS
from core.access import needs
from core.addresses import client_address
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from core.jobs.models import FINISHED_STATES, Job, JobState
from core.limits import AttemptLimit
from tenants.archive import services
from tenants.archive.enums import ArchiveReason
from tenants.archive.forms import AddressForm, DeletionForm, NightlyForm, SandboxForm
from tenants.archive.leftovers import describe
from tenants.archive.models import Archive
from tenants.archive.selectors import (
    find_arrival,
    find_policy,
    find_undo,
    get_archive,
    last_archive,
    list_archives,
    list_sandboxes,
)
from tenants.archive.services import keeping, working
from tenants.archive.services.deleting import GRACE
from tenants.selectors import platform_url

MAY_EXPORT, MAY_DELETE = "store.export", "store.delete"
PAGE = "dashboard_data"
OPENINGS = AttemptLimit("tenants.archive.open", {"person": 10}, window_seconds=24 * 3600)


@needs(MAY_EXPORT)
@require_GET
def data(request: HttpRequest) -> HttpResponse:
    """Show the store's archives and what can be done with the store as a whole."""
    return _show(request)


@needs(MAY_EXPORT)
@require_POST
def make_archive(request: HttpRequest) -> HttpResponse:
    """Ask for an archive; the one to take along before the store is closed is kept until the store is gone."""
    is_last = request.POST.get("before") == "deletion"
    reason = ArchiveReason.BEFORE_DELETION if is_last else ArchiveReason.ASKED
    working.ask_for_archive(reason=reason, actor=request.user.email, now=utc_now())
    return redirect("dashboard_data_delete" if is_last else PAGE)


@needs(MAY_EXPORT)
@require_POST
def nightly(request: HttpRequest) -> HttpResponse:
    form = NightlyForm(request.POST)
    if not form.is_valid():
        return _show(request, nightly_form=form, status=422)
    keeping.set_policy(tenant=request.tenant, now=utc_now(), **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect(PAGE)


@needs(MAY_EXPORT)
@require_GET
@never_cache
def download(request: HttpRequest, token: str) -> FileResponse:
    """Send a kept archive to somebody who may take the whole store out."""
    archive = get_archive(tenant=request.tenant, token=token)
    name = f"{request.tenant.slug}-{archive.made_at:%Y-%m-%d-%H%M}.shopstead"
    source = keeping.find_archive_file(archive).open("rb")
    return FileResponse(source, as_attachment=True, filename=name, content_type="application/octet-stream")


@needs(MAY_EXPORT)
@require_http_methods(["GET", "POST"])
def restore(request: HttpRequest, token: str) -> HttpResponse:
    """Say what going back means, then ask for it."""
    archive = get_archive(tenant=request.tenant, token=token)
    if request.method == "POST":
        working.ask_for_restore(tenant=request.tenant, token=token, actor=request.user.email, now=utc_now())
        return redirect(PAGE)
    return _show_restore(request, archive)


@needs(MAY_EXPORT)
@require_POST
def open_store(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for a store of its own from an archive; this one stays as it is."""
    archive = get_archive(tenant=request.tenant, token=token)
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _show_restore(request, archive, form, 422)
    if OPENINGS.count(person=str(request.user.pk)):
        form.add_error("slug", _("You have opened many stores today. Try again tomorrow; nothing was changed."))
        return _show_restore(request, archive, form, 429)
    try:
        working.ask_for_store(
            tenant=request.tenant, token=token, slug=form.cleaned_data["slug"], owner=request.user, now=utc_now()
        )
    except ShopsteadError as error:
        form.add_error("slug", str(error))
        return _show_restore(request, archive, form, error.status)
    return redirect(PAGE)


@needs(MAY_EXPORT)
@require_POST
def forget_arrival(request: HttpRequest) -> HttpResponse:
    """Put away the list of what did not come along."""
    keeping.forget_arrival(tenant=request.tenant)
    return redirect(PAGE)


@needs(MAY_EXPORT)
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take the last going back back; everybody is logged out of the store by it, the merchant too."""
    services.undo_restoration(tenant=request.tenant, actor=request.user.email, now=utc_now())
    return redirect(platform_url(f"/stores/{request.tenant.slug}/enter/?next={reverse(PAGE)}"))


@needs(MAY_EXPORT)
@require_POST
def sandbox(request: HttpRequest) -> HttpResponse:
    form = SandboxForm(request.POST)
    if not form.is_valid():
        return _show(request, sandbox_form=form, status=422)
    try:
        working.ask_for_sandbox(
            tenant=request.tenant, slug=form.cleaned_data["slug"], actor=request.user.email, now=utc_now()
        )
    except ShopsteadError as error:
        form.add_error("slug", str(error))
        return _show(request, sandbox_form=form, status=error.status)
    return redirect(PAGE)


@needs(MAY_DELETE)
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest) -> HttpResponse:
    """Ask for the typed name and the password, close the store, and lead to the place where it can be kept."""
    form = DeletionForm(request.POST or None, tenant=request.tenant, user=request.user)
    if request.method != "POST":
        return _show_deletion(request, form)
    who = {"email": request.user.email, "address": client_address(request)}
    if LOGINS.count(**who):
        form.full_clean()
        form.add_error(None, _("Too many attempts. Wait 15 minutes and try again; nothing was changed."))
        return _show_deletion(request, form, status=429)
    if not form.is_valid():
        return _show_deletion(request, form, status=422)
    LOGINS.take_back(**who)
    try:
        services.start_deletion(
            tenant=request.tenant,
            typed=form.cleaned_data["typed"],
            reason=form.reason_in_words(),
            actor=request.user.email,
            now=utc_now(),
        )
    except ShopsteadError as error:
        form.add_error(None, str(error))
        return _show_deletion(request, form, status=error.status)
    return redirect(platform_url("/stores/"))


def _show(
    request: HttpRequest,
    *,
    nightly_form: NightlyForm | None = None,
    sandbox_form: SandboxForm | None = None,
    status: int = 200,
) -> HttpResponse:
    policy = find_policy(request.tenant)
    start = {"is_nightly": policy.is_nightly if policy else True, "keep_days": policy.keep_days if policy else 7}
    arrival = find_arrival(request.tenant)
    context = {
        "archives": list_archives(request.tenant),
        "running": _running(request),
        "failed": _failed(request),
        "undo": find_undo(request.tenant, now=utc_now()),
        "leftovers": [{**item, "text": describe(item)} for item in arrival.told] if arrival else [],
        "sandboxes": [
            {"name": copy.name, "url": platform_url(f"/stores/{copy.slug}/enter/"), "created_at": copy.created_at}
            for copy in list_sandboxes(request.tenant)
        ],
        "nightly_form": nightly_form or NightlyForm(initial=start),
        "sandbox_form": sandbox_form or SandboxForm(initial={"slug": f"{request.tenant.slug}-sandbox"[:40]}),
    }
    return render(request, "archive/data.html", context, status=status)


def _show_restore(
    request: HttpRequest, archive: Archive, form: AddressForm | None = None, status: int = 200
) -> HttpResponse:
    start = {"slug": f"{request.tenant.slug}-2"[:40]}
    context = {
        "archive": archive,
        "form": form or AddressForm(initial=start),
        "base_domain": settings.BASE_DOMAIN,
        "crumbs": _crumbs(),
    }
    return render(request, "archive/restore.html", context, status=status)


def _show_deletion(request: HttpRequest, form: DeletionForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "crumbs": _crumbs(),
        "last": last_archive(request.tenant),
        "erased_at": utc_now() + GRACE,
        "sandboxes": list_sandboxes(request.tenant),
        "running": [job for job in _running(request) if job.kind == working.EXPORT_JOB],
    }
    return render(request, "archive/delete.html", context, status=status)


def _running(request: HttpRequest) -> list[Job]:
    return list(_jobs(request).exclude(state__in=FINISHED_STATES))


def _failed(request: HttpRequest) -> Job | None:
    """Return the newest of the store's jobs where it ended badly and nobody has put it away."""
    newest = _jobs(request).first()
    return newest if newest is not None and newest.state == JobState.FAILED and not newest.dismissed else None


def _jobs(request: HttpRequest) -> QuerySet[Job]:
    kinds = (working.EXPORT_JOB, working.RESTORE_JOB, working.CLONE_JOB, working.OPEN_JOB)
    return Job.objects.filter(schema_name=request.tenant.schema_name, kind__in=kinds).order_by("-pk")


def _crumbs() -> list[dict[str, str]]:
    return [
        {"label": _("Settings"), "url": "/dashboard/settings/"},
        {"label": _("Your store's data"), "url": reverse(PAGE)},
    ]


urlpatterns = [
    path("", data, name=PAGE),
    path("archives/", make_archive, name="dashboard_data_archive"),
    path("archives/<str:token>/", download, name="dashboard_data_download"),
    path("archives/<str:token>/restore/", restore, name="dashboard_data_restore"),
    path("archives/<str:token>/open/", open_store, name="dashboard_data_open"),
    path("arrival/", forget_arrival, name="dashboard_data_arrival"),
    path("nightly/", nightly, name="dashboard_data_nightly"),
    path("undo/", undo, name="dashboard_data_undo"),
    path("sandbox/", sandbox, name="dashboard_data_sandbox"),
    path("delete/", delete, name="dashboard_data_delete"),
]
