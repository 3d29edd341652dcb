"""Pages on the platform's host: open a store, watch it being made, choose among one's stores."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.selectors import is_strong_enough
from accounts.services import create_handoff
from accounts.sessions import WAITING_STORE, current_login
from core.addresses import client_address
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from core.limits import AttemptLimit
from tenants.archive.selectors import find_ends
from tenants.countries import guess_country
from tenants.enums import TenantState
from tenants.errors import AddressRefused
from tenants.forms import AnotherStoreForm, SignUpForm
from tenants.hosts import canonical_host, find_tenant
from tenants.models import Tenant
from tenants.provisioning.selectors import list_troubled
from tenants.selectors import list_memberships, list_own_tenants, store_url
from tenants.signup import free_alternatives, open_another, open_store_now, propose_slug, sign_up
from tenants.slugs import clean_slug
from tenants.standing import describe_standing

HANDOFF_PATH = "/dashboard/enter/"
SIGN_UPS = AttemptLimit("tenants.signup", {"address": 60, "person": 10}, window_seconds=3600)


@require_http_methods(["GET", "POST"])
def signup(request: HttpRequest) -> HttpResponse:
    """Open a store for somebody new, or one more for somebody who is logged in."""
    form_class = AnotherStoreForm if request.user.is_authenticated else SignUpForm
    if request.method == "GET":
        start = {
            "country": guess_country(request.headers.get("Accept-Language", "")),
            "plan": request.GET.get("plan", ""),
        }
        return _render_signup(request, form_class(initial=start))
    form = form_class(request.POST)
    if form.is_valid() and SIGN_UPS.count(address=client_address(request), person=str(request.user.pk or "")):
        form.add_error(None, _("Many stores were opened from your network. Wait an hour; nothing you typed is lost."))
        return _render_signup(request, form, status=429)
    if form.is_valid():
        words = dict(form.cleaned_data)
        facts = {"plan_code": words.pop("plan"), "language": get_language() or "en", "now": utc_now()}
        try:
            if request.user.is_authenticated:
                tenant = open_another(owner=request.user, **words, **facts)
            else:
                user, tenant = sign_up(**words, **facts)
                login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        except ShopsteadError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            open_store_now(tenant=tenant, now=utc_now())
            return redirect("signup_progress", slug=tenant.slug)
    return _render_signup(request, form, status=422)


@require_GET
def signup_address(request: HttpRequest) -> HttpResponse:
    """Answer whether an address is free; with `name`, propose one."""
    wish = request.GET.get("slug") or propose_slug(request.GET.get("name", "")[:80])
    try:
        slug = clean_slug(wish)
    except AddressRefused as error:
        return JsonResponse({"slug": wish, "free": False, "message": str(error)})
    return JsonResponse({"slug": slug, "free": not Tenant.objects.filter(slug=slug).exists(), "message": ""})


@login_required
@require_GET
def stores(request: HttpRequest) -> HttpResponse:
    memberships = list_memberships(request.user)
    troubled = list_troubled([membership.tenant_id for membership in memberships])
    ends = find_ends([membership.tenant_id for membership in memberships])
    for membership in memberships:
        membership.erased_at = ends.get(membership.tenant_id)  # type: ignore[attr-defined]
    rows = [
        (membership, describe_standing(membership.tenant, has_trouble=membership.tenant_id in troubled))
        for membership in memberships
    ]
    return render(request, "tenants/stores.html", {"stores": rows})


@login_required
@require_GET
def store_enter(request: HttpRequest, slug: str) -> HttpResponse:
    """Carry the login over to the store's host, for people who have a place there."""
    tenant = get_object_or_404(list_own_tenants(request.user), slug=slug)
    if tenant.state == TenantState.PROVISIONING:
        return redirect("signup_progress", slug=slug)
    if not tenant.is_open_for_work:
        return redirect("stores")
    if not is_strong_enough(user_id=request.user.pk, tenant_id=tenant.pk):
        request.session[WAITING_STORE] = {"name": tenant.name, "slug": tenant.slug}
        return redirect("account")
    request.session.pop(WAITING_STORE, None)
    token = create_handoff(user=request.user, tenant_id=tenant.pk, now=utc_now(), login=current_login(request))
    target = request.GET.get("next", "/dashboard/")
    query = urlencode({"token": token, "next": target if target.startswith("/dashboard/") else "/dashboard/"})
    return redirect(store_url(tenant, f"{HANDOFF_PATH}?{query}"))


@require_GET
def domain_ok(request: HttpRequest) -> HttpResponse:
    """Tell the TLS proxy whether a certificate may be asked for: for the verified hosts of stores that are served.

    It answers from the process's host map, so that a proxy under a flood of made-up names costs a look-up each at most.
    """
    domain = canonical_host(request.GET.get("domain", "")[:260])
    tenant = find_tenant(domain) if domain else None
    known = domain == settings.BASE_DOMAIN or (tenant is not None and tenant.is_open_for_work)
    return HttpResponse("ok" if known else "unknown", status=200 if known else 404, content_type="text/plain")


def _render_signup(request: HttpRequest, form: SignUpForm, status: int = 200) -> HttpResponse:
    alternatives = []
    if "slug" in form.errors:
        alternatives = free_alternatives(slug=form.data.get("slug", ""), name=form.data.get("name", ""))
    context = {"form": form, "alternatives": alternatives, "base_domain": settings.BASE_DOMAIN}
    return render(request, "tenants/signup.html", context, status=status)


urlpatterns = [
    path("signup/", signup, name="signup"),
    path("signup/address/", signup_address, name="signup_address"),
    path("stores/", stores, name="stores"),
    path("stores/<slug:slug>/enter/", store_enter, name="store_enter"),
    path("internal/domain-ok", domain_ok, name="domain_ok"),
]
