"""Settings → Domains: the names a store answers on, and how to connect one more."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.timesince import timeuntil
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.access import needs
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from core.limits import AttemptLimit
from integrations.dns.client import get_resolver
from tenants.domains.enums import ClaimState, Finding, Pointing
from tenants.domains.errors import AskedTooOften
from tenants.domains.forms import ClaimForm
from tenants.domains.names import readable
from tenants.domains.selectors import (
    describe_pointing,
    get_claim,
    list_hosts,
    list_open_claims,
    list_released_claims,
    proof_of,
)
from tenants.domains.services import check_claim, choose_primary, claim_name, release_claim
from tenants.hosts import see_changes

LOOKS = AttemptLimit("tenants.domains.look", {"claim": 6}, window_seconds=60)
STORE_LOOKS = AttemptLimit("tenants.domains.look", {"store": 60}, window_seconds=3600)


@needs("settings.view", change="domains.edit")
@require_http_methods(["GET", "POST"])
def domains(request: HttpRequest) -> HttpResponse:
    form = ClaimForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            claim = claim_name(
                tenant_id=request.tenant.pk,
                typed=form.cleaned_data["host"],
                actor=request.user.get_username(),
                now=utc_now(),
            )
        except ShopsteadError as error:
            form.add_error("host", str(error))
        else:
            return redirect("dashboard_domain", pk=claim.pk)
    if form.errors:
        form.fields["host"].widget.attrs["autofocus"] = True  # the form may stand far down
    context = {
        "form": form,
        "hosts": list_hosts(request.tenant),
        "claims": [(claim, readable(claim.host)) for claim in list_open_claims(request.tenant.pk)],
        "released": [(claim, readable(claim.host)) for claim in list_released_claims(request.tenant.pk, now=utc_now())],
    }
    return render(request, "domains/list.html", context, status=422 if form.errors else 200)


@needs("settings.view")
@require_GET
def domain(request: HttpRequest, pk: int) -> HttpResponse:
    return _render_claim(request, pk)


@needs("domains.edit")
@require_POST
def check(request: HttpRequest, pk: int) -> HttpResponse:
    claim = get_claim(tenant_id=request.tenant.pk, claim_id=pk)
    if LOOKS.count(claim=str(claim.pk)) or STORE_LOOKS.count(store="all"):
        error = AskedTooOften(_("We looked several times just now. Changes take minutes; wait one and try again."))
        return _render_claim(request, pk, error=error)
    checked = check_claim(claim_id=claim.pk, resolver=get_resolver(), actor=request.user.get_username(), now=utc_now())
    see_changes()
    if checked is not None and checked.finding == Finding.FOUND and claim.state == ClaimState.WAITING:
        messages.success(request, _("%(name)s is connected.") % {"name": readable(checked.host)})
    return redirect("dashboard_domain", pk=pk)


@needs("domains.edit")
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    claim = get_claim(tenant_id=request.tenant.pk, claim_id=pk)
    try:
        release_claim(tenant_id=request.tenant.pk, claim_id=pk, actor=request.user.get_username(), now=utc_now())
    except ShopsteadError as error:
        return _render_claim(request, pk, error=error)
    see_changes()
    messages.success(request, _("%(name)s is removed.") % {"name": readable(claim.host)})
    return redirect("dashboard_domains")


@needs("domains.edit")
@require_POST
def primary(request: HttpRequest) -> HttpResponse:
    host = request.POST.get("host", "")
    choose_primary(tenant_id=request.tenant.pk, host=host, actor=request.user.get_username(), now=utc_now())
    see_changes()
    messages.success(request, _("Your store is now at %(name)s.") % {"name": readable(host)})
    return redirect("dashboard_domains")


def _render_claim(request: HttpRequest, pk: int, *, error: ShopsteadError | None = None) -> HttpResponse:
    claim = get_claim(tenant_id=request.tenant.pk, claim_id=pk)
    pointing = describe_pointing(claim)
    astray = [lead for lead in reversed(pointing) if lead.state != Pointing.HERE]
    context = {
        "claim": claim,
        "name": readable(claim.host),
        "record": proof_of(claim),
        "is_proved": claim.state == ClaimState.VERIFIED and claim.finding == Finding.FOUND,
        "pointing": pointing,
        "arrived": [lead for lead in reversed(pointing) if lead.state == Pointing.HERE],
        "astray": astray,
        "astray_names": ", ".join(lead.readable for lead in astray),
        "is_primary": any(
            row.is_primary and row.claim and row.claim.pk == claim.pk for row in list_hosts(request.tenant)
        ),
        "next_look": claim.next_check_at and _wait(claim.next_check_at),
        "error": error,
    }
    return render(request, "domains/claim.html", context, status=error.status if error else 200)


def _wait(moment: datetime) -> str:
    """Return how long it is until then, in whole minutes, hours or days; a minute at least."""
    now = utc_now()
    return str(timeuntil(max(moment + timedelta(seconds=59), now + timedelta(minutes=1)), now, depth=1))


urlpatterns = [
    path("", domains, name="dashboard_domains"),
    path("primary/", primary, name="dashboard_domain_primary"),
    path("<int:pk>/", domain, name="dashboard_domain"),
    path("<int:pk>/check/", check, name="dashboard_domain_check"),
    path("<int:pk>/remove/", remove, name="dashboard_domain_remove"),
]
