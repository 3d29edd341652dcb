"""Pages on the platform's host: answer an invitation, leave a store."""

from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.selectors import find_user_by_email
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from tenants.enums import Role
from tenants.models import Membership
from tenants.people.errors import InvitationNotFound
from tenants.people.forms import JoinForm
from tenants.people.models import Invitation
from tenants.people.selectors import get_invitation
from tenants.people.services import accept_invitation, join_as_new_person, leave_store
from tenants.people.wording import DUTIES, INVITATION_GONE


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show what one is invited to; take the person in, with an account made on the spot where they have none."""
    try:
        found = get_invitation(token)
    except InvitationNotFound as error:
        return render(request, "people/invitation_gone.html", {"reason": str(error)}, status=404)
    if not found.is_open(now=utc_now()):
        return _show_gone(request, found)
    if request.method != "POST":
        return _show(request, found, token, JoinForm())
    try:
        if request.user.is_authenticated:
            accept_invitation(token=token, user=request.user, now=utc_now())
            return redirect("store_enter", slug=found.tenant.slug)
        return _join(request, found, token)
    except ShopsteadError as error:
        return _show(request, found, token, JoinForm(), problem=str(error), status=error.status)


@login_required
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask once more, then end one's own work in a store."""
    place = Membership.objects.select_related("tenant").filter(user=request.user, tenant__slug=slug).first()
    if place is None:
        raise Http404
    problem = ""
    if request.method == "POST":
        try:
            leave_store(tenant_id=place.tenant_id, user=request.user, now=utc_now())
            return redirect("stores")
        except ShopsteadError as error:
            problem = str(error)
    context = {"place": place, "problem": problem}
    return render(request, "people/leave.html", context, status=409 if problem else 200)


def _join(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    form = JoinForm(request.POST)
    if form.is_valid():
        try:
            user, _place = join_as_new_person(
                token=token,
                name=form.cleaned_data["name"],
                password=form.cleaned_data["password"],
                language=get_language() or "en",
                now=utc_now(),
            )
        except ShopsteadError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            return _show(request, found, token, form, status=error.status)
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        return redirect("store_enter", slug=found.tenant.slug)
    return _show(request, found, token, form, status=422)


def _show(
    request: HttpRequest, found: Invitation, token: str, form: JoinForm, *, problem: str = "", status: int = 200
) -> HttpResponse:
    is_logged_in = request.user.is_authenticated
    context = {
        "invitation": found,
        "role": Role(found.role).label,
        "duties": DUTIES[Role(found.role)],
        "inviter": found.invited_by.display_name if found.invited_by else "",
        "is_theirs": is_logged_in and request.user.email == found.email,
        "is_somebody_else": is_logged_in and request.user.email != found.email,
        "has_account": not is_logged_in and find_user_by_email(found.email) is not None,
        "here": request.path,
        "form": form,
        "problem": problem,
    }
    return render(request, "people/invitation.html", context, status=status)


def _show_gone(request: HttpRequest, found: Invitation) -> HttpResponse:
    """Say why a link does not work any more; whoever has used it gets the way into the store."""
    is_member = (
        request.user.is_authenticated
        and Membership.objects.filter(user=request.user, tenant_id=found.tenant_id).exists()
    )
    if is_member:
        return redirect("store_enter", slug=found.tenant.slug)
    reason = str(INVITATION_GONE)
    if found.accepted_at is not None:
        reason = _("This invitation has been used already. Log in to open the store.")
    elif found.withdrawn_at is None:
        reason = _("This invitation is older than seven days. Ask whoever invited you to send it again.")
    return render(request, "people/invitation_gone.html", {"reason": reason}, status=410)


urlpatterns = [
    path("invitations/<str:token>/", invitation, name="invitation"),
    path("stores/<slug:slug>/leave/", leave, name="store_leave"),
]
