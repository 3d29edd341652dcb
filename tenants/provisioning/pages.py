"""The page on which people watch their store being made, and what it says when that does not work."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from core.clock import utc_now
from core.http import HttpRequest
from tenants.enums import ProvisioningStep, TenantState
from tenants.models import Tenant
from tenants.provisioning.models import ProvisioningTrouble
from tenants.provisioning.services import MAXIMUM_ATTEMPTS, retry_provisioning
from tenants.selectors import list_own_tenants
from tenants.standing import support_address


@login_required
@never_cache
@require_GET
def progress(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the steps; the fragment asks for itself until the store is open, and leads in then."""
    tenant = get_object_or_404(list_own_tenants(request.user), slug=slug)
    if tenant.is_open_for_work and request.htmx:
        return HttpResponse(headers={"HX-Redirect": f"/stores/{tenant.slug}/enter/?welcome=1"})
    if tenant.is_open_for_work:
        return redirect("store_enter", slug=tenant.slug)
    if tenant.state != TenantState.PROVISIONING:
        return redirect("stores")
    trouble = ProvisioningTrouble.objects.filter(tenant=tenant).first()
    given_up = trouble is not None and trouble.attempts_count >= MAXIMUM_ATTEMPTS
    context = {
        "tenant": tenant,
        "steps": list_steps(tenant, given_up=given_up),
        "trouble": trouble,
        "given_up": given_up,
        "support_address": support_address(),
    }
    return render(request, "tenants/_progress.html" if request.htmx else "tenants/progress.html", context)


@login_required
@require_POST
def retry(request: HttpRequest, slug: str) -> HttpResponse:
    """Try again from the step that was reached."""
    tenant = get_object_or_404(list_own_tenants(request.user), slug=slug)
    retry_provisioning(tenant_id=tenant.pk, actor=request.user.get_username(), now=utc_now())
    return redirect("signup_progress", slug=tenant.slug)


def list_steps(tenant: Tenant, *, given_up: bool) -> list[tuple[str, str]]:
    """Return (label, done | now | failed | todo) of each step."""
    reached = list(ProvisioningStep.values).index(tenant.step)
    following = "failed" if given_up else "now"
    return [
        (str(label), "done" if number <= reached else following if number == reached + 1 else "todo")
        for number, (_value, label) in enumerate(ProvisioningStep.choices)
    ]


urlpatterns = [
    path("signup/<slug:slug>/", progress, name="signup_progress"),
    path("signup/<slug:slug>/retry/", retry, name="signup_retry"),
]
