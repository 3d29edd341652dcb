"""The merchant's pages: long work as it goes on, and the tray that shows it on every page."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_POST

from core.access import any_member, needs
from core.clock import utc_now
from core.http import HttpRequest
from core.jobs.selectors import get_job, list_tray_jobs
from core.jobs.services import dismiss_job, request_cancel


@any_member
@require_GET
def tray(request: HttpRequest) -> HttpResponse:
    """Answer with the tray alone, for the pages that look again."""
    return _render_tray(request)


@any_member
@require_GET
def job_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show one job; the page looks again by itself until the job has ended."""
    return render(request, "jobs/job.html", {"job": get_job(token)})


@needs("jobs.edit")
@require_POST
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """Ask a job to stop at its next step."""
    job = get_job(token)
    if not job.is_finished:
        request_cancel(token=job.token)
    return _answer(request, job.token)


@any_member
@require_POST
def dismiss(request: HttpRequest, token: str) -> HttpResponse:
    """Take a job that has ended out of the tray."""
    job = get_job(token)
    if job.is_finished:
        dismiss_job(token=job.token)
    return _answer(request, job.token)


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    if "HX-Request" in request.headers:
        return _render_tray(request)
    return redirect("dashboard_job", token)


def _render_tray(request: HttpRequest) -> HttpResponse:
    context = {"jobs": list_tray_jobs(now=utc_now()), "jobs_url": reverse("dashboard_job_tray")}
    return render(request, "jobs/tray.html", context)


urlpatterns = [
    path("jobs/", tray, name="dashboard_job_tray"),
    path("jobs/<str:token>/", job_page, name="dashboard_job"),
    path("jobs/<str:token>/cancel/", cancel, name="dashboard_job_cancel"),
    path("jobs/<str:token>/dismiss/", dismiss, name="dashboard_job_dismiss"),
]
