"""Sign in as somebody of a store, and end a session of the team."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from console.board import forget_announcements
from console.enums import SupportEnd
from console.models import SupportAccess
from console.pages.store import get_store, show, sign_in_form
from console.services.support import end_support, start_support
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from tenants.selectors import store_url


@require_POST
def sign_in_as(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a session and carry it to the store's host by a pass that works once."""
    tenant = get_store(pk)
    form = sign_in_form(tenant, request.POST)
    if form.is_valid():
        try:
            _access, token = start_support(
                tenant=tenant,
                staff=request.user,
                login=request.login_session,
                as_user_id=int(form.cleaned_data["member"]),
                reason=form.cleaned_data["reason"],
                now=utc_now(),
            )
        except ShopsteadError as error:
            form.add_error(None, str(error))
        else:
            return redirect(store_url(tenant, f"/dashboard/support-access/enter/?{urlencode({'token': token})}"))
    return show(request, tenant, "overview", sign_in=form, status=422)


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of the team's sessions, wherever its browser is."""
    access = SupportAccess.objects.filter(pk=pk).first()
    if access is None:
        raise Http404
    if end_support(access_id=pk, by=SupportEnd.CONSOLE, actor=request.user.get_username(), now=utc_now()):
        forget_announcements()
        messages.success(request, _("The session is over."))
    return redirect("console_store", pk=access.tenant_id)
