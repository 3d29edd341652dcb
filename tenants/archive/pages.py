"""On the platform's host: open a store from an archive, and keep one that was to be deleted."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from core.jobs.models import Job, JobState
from core.limits import AttemptLimit
from tenants.archive.forms import AddressForm, UploadForm
from tenants.archive.leftovers import describe
from tenants.archive.services import keep_store, working
from tenants.archive.services.public_rows import believable_facts
from tenants.archive.services.uploading import Upload, find_upload, keep_upload
from tenants.enums import Role
from tenants.models import Membership

UPLOADS = AttemptLimit("tenants.archive.upload", {"person": 20}, window_seconds=24 * 3600)
# What a form adds around its file.
FORM_BYTES = 64 * 1024
_DRAIN_BYTES, _DRAIN_BLOCK = 400 * 1024 * 1024, 1024 * 1024

View = Callable[..., HttpResponse]


def _person_and_size_first(view: View) -> View:
    """Look at who sends a file and how large it is announced, before anything (the CSRF check included) reads it."""
    guarded = csrf_protect(view)

    def checked(request: HttpRequest) -> HttpResponse:
        announced = request.META.get("CONTENT_LENGTH") or ""
        size = int(announced[:18]) if announced.isascii() and announced.isdigit() else 0
        if size <= settings.MAX_ARCHIVE_BYTES + FORM_BYTES:
            return guarded(request)
        _drain(request, size)
        refused = _("This file has %(size)s MB; at most %(limit)s MB can be taken. Nothing was changed.")
        messages.error(request, refused % {"size": size // 1024**2, "limit": _limit_mb()})
        return _show_upload(request, UploadForm(), status=413)

    return csrf_exempt(login_required(checked))


@_person_and_size_first
@require_http_methods(["GET", "POST"])
def from_archive(request: HttpRequest) -> HttpResponse:
    """Take an archive from somebody's own device; what is in it is shown before anything is made of it."""
    running = working.find_running_opening(request.user)
    if running is not None:
        return redirect("store_from_upload", running.params["upload"])
    if request.method != "POST":
        return _show_upload(request, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show_upload(request, form, status=422)
    if UPLOADS.count(person=str(request.user.pk)):
        form.add_error(None, _("You have sent many files today. Try again tomorrow; nothing was changed."))
        return _show_upload(request, form, status=429)
    file = form.cleaned_data["file"]
    try:
        upload = keep_upload(user_id=request.user.pk, chunks=file.chunks(), size=file.size)
    except ShopsteadError as error:
        form.add_error("file", str(error))
        return _show_upload(request, form, status=error.status)
    return redirect("store_from_upload", upload.token)


@login_required
@require_http_methods(["GET", "POST"])
def from_upload(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the file holds, ask under which address it opens, and then how far that is."""
    job = working.find_opening(token=token, owner=request.user)
    if job is not None and job.state != JobState.FAILED:
        return _show_opening(request, job)
    try:
        upload = find_upload(user_id=request.user.pk, token=token)
    except ShopsteadError as error:
        messages.error(request, str(error))
        return redirect("store_from_archive")
    slug = str(upload.manifest.store.get("slug", ""))[:40]
    form = AddressForm(request.POST or None, initial={"slug": job.params["slug"] if job else slug})
    if request.method == "POST" and form.is_valid():
        try:
            working.ask_for_store_of_upload(
                token=token, slug=form.cleaned_data["slug"], owner=request.user, now=utc_now()
            )
        except ShopsteadError as error:
            form.add_error("slug", str(error))
        else:
            return redirect("store_from_upload", token)
    return _show_address(request, upload, form, failed=job)


@login_required
@require_POST
def keep(request: HttpRequest, slug: str) -> HttpResponse:
    """Open the store again; only its owners may."""
    place = (
        Membership.objects.select_related("tenant")
        .filter(user=request.user, tenant__slug=slug, role=Role.OWNER)
        .first()
    )
    if place is None:
        raise Http404
    try:
        keep_store(tenant=place.tenant, actor=request.user.email, now=utc_now())
    except ShopsteadError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(name)s is open again. Nothing was lost.") % {"name": place.tenant.name})
    return redirect("stores")


def _show_upload(request: HttpRequest, form: UploadForm, status: int = 200) -> HttpResponse:
    return render(request, "archive/from_archive.html", {"form": form, "limit": _limit_mb()}, status=status)


def _show_address(request: HttpRequest, upload: Upload, form: AddressForm, *, failed: Job | None) -> HttpResponse:
    manifest = upload.manifest
    facts = believable_facts(manifest)
    context: dict[str, Any] = {
        "form": form,
        "failed": failed,
        "base_domain": settings.BASE_DOMAIN,
        "store_name": facts["name"],
        # As the store's own clock showed it; the platform's pages have no other one to go by.
        "made_at": datetime.fromisoformat(manifest.made_at)
        .astimezone(ZoneInfo(facts["time_zone"]))
        .replace(tzinfo=None),
        "rows_count": manifest.rows_count,
        "files_count": len(manifest.files()),
        "size": upload.path.stat().st_size,
    }
    return render(request, "archive/from_upload.html", context, status=422 if form.errors else 200)


def _show_opening(request: HttpRequest, job: Job) -> HttpResponse:
    told = [describe(item) for item in job.result.get("told", [])]
    return render(request, "archive/opening.html", {"job": job, "told": told})


def _limit_mb() -> int:
    return int(settings.MAX_ARCHIVE_BYTES) // 1024**2


def _drain(request: HttpRequest, size: int) -> None:
    """Let a browser finish sending what is thrown away, up to a bound, or it would show no answer at all."""
    left = min(size, _DRAIN_BYTES)
    while left > 0 and (block := request.read(min(left, _DRAIN_BLOCK))):
        left -= len(block)


urlpatterns = [
    path("stores/from-archive/", from_archive, name="store_from_archive"),
    path("stores/from-archive/<str:token>/", from_upload, name="store_from_upload"),
    path("stores/<slug:slug>/keep/", keep, name="store_keep"),
]
