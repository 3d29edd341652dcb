"""On the platform's host: keep a store that was to be deleted."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from tenants.archive.services import keep_store
from tenants.enums import Role
from tenants.models import Membership


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


urlpatterns = [path("stores/<slug:slug>/keep/", keep, name="store_keep")]
