"""The merchant's pages of people: who works here, one of them, the log of who did what, and a person's other stores."""

import csv
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.attempts import LOGINS
from accounts.selectors import asks_for_second_step, list_with_second_step
from core.access import any_member, needs
from core.addresses import client_address
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from core.limits import AttemptLimit
from core.origin import platform_url
from core.text import neutralize
from tenants.enums import Role
from tenants.models import Membership
from tenants.people import services
from tenants.people.forms import GIVEN_ROLES, HandOverForm, InviteForm, role_choices
from tenants.people.lines import Line, describe_in_blocks, describe_lines
from tenants.people.permissions import Permission, describe_rights
from tenants.people.selectors import (
    count_seats,
    get_member,
    list_actors,
    list_events,
    list_members,
    list_open_invitations,
    list_stores_of,
)
from tenants.people.sentences import Area
from tenants.people.wording import DUTIES, TOO_MANY_INVITATIONS
from tenants.selectors import list_owners
from tenants.services import record_event

PER_PAGE = 50
MOST_EXPORTED = 50_000
INVITATIONS = AttemptLimit("people.invite", {"store": 40}, window_seconds=24 * 3600)


@needs(Permission.STAFF_VIEW, change=Permission.STAFF_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def staff(request: HttpRequest) -> HttpResponse:
    """Show who works here and who is invited; invite somebody."""
    if request.method != "POST":
        return _show_staff(request, InviteForm(initial=_asked_for(request)))
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _show_staff(request, form, 422)
    if INVITATIONS.count(store=request.tenant.schema_name):
        form.add_error(None, TOO_MANY_INVITATIONS)
        return _show_staff(request, form, 429)
    try:
        invitation = services.invite(
            tenant_id=request.tenant.pk,
            email=form.cleaned_data["email"],
            role=form.cleaned_data["role"],
            inviter=request.user,
            now=utc_now(),
        )
    except ShopsteadError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _show_staff(request, form, error.status)
    said = _("Invited. The mail to %(email)s is on its way.")
    messages.success(request, said % {"email": invitation.email})
    return redirect("dashboard_staff")


@needs(Permission.STAFF_VIEW, change=Permission.STAFF_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def member(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one person of the store; give them another role."""
    place = get_member(tenant=request.tenant, membership_id=pk)
    role = request.POST.get("role", "")
    if request.method != "POST":
        return _show_member(request, place, HandOverForm(user=request.user))
    if role not in GIVEN_ROLES:
        problem = _("Choose a role first.")
        return _show_member(request, place, HandOverForm(user=request.user), problem=problem, status=422)
    try:
        place = services.change_role(
            tenant_id=request.tenant.pk,
            membership_id=pk,
            role=Role(role),
            actor=request.user,
            now=utc_now(),
        )
    except ShopsteadError as error:
        form = HandOverForm(user=request.user)
        return _show_member(request, place, form, problem=str(error), status=error.status)
    said = _("%(name)s is %(role)s now.")
    messages.success(request, said % {"name": place.user.display_name, "role": Role(place.role).label})
    return redirect("dashboard_staff")


@needs(Permission.STAFF_EDIT)
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    place = services.remove_member(tenant_id=request.tenant.pk, membership_id=pk, actor=request.user, now=utc_now())
    said = _("%(name)s does not work here any more, and is logged out of this store.")
    messages.success(request, said % {"name": place.user.display_name})
    return redirect("dashboard_staff")


@needs(Permission.STAFF_EDIT)
@require_POST
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Make somebody an owner, after the password was given once more."""
    place = get_member(tenant=request.tenant, membership_id=pk)
    who = {"email": request.user.email, "address": client_address(request)}
    form = HandOverForm(request.POST, user=request.user)
    if LOGINS.count(**who):
        form.full_clean()
        form.add_error(None, _("Too many attempts. Wait 15 minutes and try again; nothing was changed."))
        return _show_member(request, place, form, status=429)
    if not form.is_valid():
        return _show_member(request, place, form, status=422)
    LOGINS.take_back(**who)
    services.hand_over(
        tenant_id=request.tenant.pk,
        to_membership_id=pk,
        stays_owner=form.cleaned_data["stays_owner"],
        actor=request.user,
        now=utc_now(),
    )
    messages.success(request, _("%(name)s owns the store now.") % {"name": place.user.display_name})
    return redirect("dashboard_staff")


@needs(Permission.STAFF_EDIT)
@require_POST
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    if INVITATIONS.count(store=request.tenant.schema_name):
        return _show_staff(request, InviteForm(), 429, problem=str(TOO_MANY_INVITATIONS))
    try:
        invitation = services.send_again(
            tenant_id=request.tenant.pk, invitation_id=pk, actor=request.user.email, now=utc_now()
        )
    except ShopsteadError as error:
        return _show_staff(request, InviteForm(), error.status, problem=str(error))
    said = _("Sent again to %(email)s. Links of earlier mails do not work any more.")
    messages.success(request, said % {"email": invitation.email})
    return redirect("dashboard_staff")


@needs(Permission.STAFF_EDIT)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = services.withdraw_invitation(
        tenant_id=request.tenant.pk, invitation_id=pk, actor=request.user.email, now=utc_now()
    )
    messages.success(request, _("Withdrawn. The link to %(email)s is dead.") % {"email": invitation.email})
    return redirect("dashboard_staff")


@needs(Permission.STAFF_EDIT)
@require_POST
def second_step(request: HttpRequest) -> HttpResponse:
    """Ask everybody who works here for a two-step log-in, or no longer."""
    is_required = "on" in request.POST
    try:
        services.set_second_step(
            tenant_id=request.tenant.pk, is_required=is_required, actor=request.user, now=utc_now()
        )
    except ShopsteadError as error:
        return _show_staff(request, InviteForm(), error.status, problem=str(error))
    if is_required:
        messages.success(request, _("From now on everybody needs a two-step log-in here."))
    else:
        messages.success(request, _("The password alone is enough again."))
    return redirect("dashboard_staff")


@any_member
@require_safe
def other_stores(request: HttpRequest) -> HttpResponse:
    """Answer with the person's stores, for the switch beside the store's name."""
    places = [(place, platform_url(f"/stores/{place.tenant.slug}/enter/")) for place in list_stores_of(request.user)]
    return render(request, "people/_stores.html", {"places": places, "all_stores_url": platform_url("/stores/")})


@needs(Permission.AUDIT_VIEW)
@require_safe
def activity(request: HttpRequest) -> HttpResponse:
    """Show the log of who did what."""
    person, area = _filters(request)
    page = Paginator(list_events(tenant=request.tenant, person=person, area=area), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "lines": describe_lines(page.object_list),
        "people": [(pk, name, str(pk) == person) for pk, name in list_actors(request.tenant)],
        "areas": [(value, name, value == area) for value, name in Area.choices],
        "is_filtered": bool(person or area),
        "query": urlencode({"person": person, "area": area}),
        "crumbs": [{"url": reverse("dashboard_settings"), "label": _("Settings")}],
    }
    return render(request, "people/activity.html", context)


@needs(Permission.AUDIT_VIEW)
@require_safe
def activity_file(request: HttpRequest) -> HttpResponse:
    """Send the log as a CSV file, the newest fifty thousand lines at most."""
    person, area = _filters(request)
    events = list_events(tenant=request.tenant, person=person, area=area)[:MOST_EXPORTED]
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{request.tenant.slug}-activity.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(
        [
            _("When"),
            _("Who"),
            _("Supporter"),
            _("Role"),
            _("What"),
            _("About"),
            _("What changed"),
            _("Address"),
            _("Request"),
        ]
    )
    count = 0
    for lines in describe_in_blocks(events):
        writer.writerows([neutralize(cell) for cell in _cells(line)] for line in lines)
        count += len(lines)
    record_event(
        tenant_id=request.tenant.pk, kind="activity.exported", actor=request.user.email, now=utc_now(),
        data={"lines": count},
    )  # fmt: skip
    return response


def _cells(line: Line) -> list[str]:
    event = line.event
    when = timezone.localtime(event.created_at).isoformat(timespec="seconds")
    changes = "; ".join(f"{was} → {became}" for was, became in line.changes)
    about = [line.who, line.supporter, line.role, line.sentence, line.about, changes]
    return [when, *about, event.address or "", event.request_id]


def _asked_for(request: HttpRequest) -> dict[str, str]:
    """Return what a link, such as one about an archive's people, wants the form to begin with."""
    said = {"email": request.GET.get("email", "")[:254], "role": request.GET.get("role", "")}
    return {name: value for name, value in said.items() if value}


def _show_staff(request: HttpRequest, form: InviteForm, status: int = 200, problem: str = "") -> HttpResponse:
    now = utc_now()
    may_edit = Permission.STAFF_EDIT in request.permissions
    places = list(list_members(request.tenant))
    strong = list_with_second_step(place.user_id for place in places)
    context = {
        "members": [(place, place.user_id == request.user.pk, place.user_id in strong) for place in places],
        "asks_for_second_step": asks_for_second_step(request.tenant.pk),
        "account_url": platform_url("/account/"),
        "invitations": [(one, one.expires_at <= now) for one in list_open_invitations(request.tenant)],
        "seats": count_seats(tenant=request.tenant, now=now),
        "form": form,
        "chosen": form["role"].value(),
        "roles": role_choices(),
        "duties": [(role.label, DUTIES[role], describe_rights(role)) for role in Role],
        "may_edit": may_edit,
        "problem": problem,
        "owners": [] if may_edit else [owner.display_name for owner in list_owners(request.tenant)],
        "crumbs": [{"url": reverse("dashboard_settings"), "label": _("Settings")}],
    }
    return render(request, "people/staff.html", context, status=status)


def _show_member(
    request: HttpRequest, place: Membership, form: HandOverForm, *, problem: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "place": place,
        "is_self": place.user_id == request.user.pk,
        "roles": role_choices(),
        "duties": DUTIES[Role(place.role)] if place.role in Role.values else "",
        "form": form,
        "problem": problem,
        "may_edit": Permission.STAFF_EDIT in request.permissions,
        "crumbs": [
            {"url": reverse("dashboard_settings"), "label": _("Settings")},
            {"url": reverse("dashboard_staff"), "label": _("Staff")},
        ],
    }
    return render(request, "people/member.html", context, status=status)


def _filters(request: HttpRequest) -> tuple[str, str]:
    person, area = request.GET.get("person", ""), request.GET.get("area", "")
    return (person if person.isascii() and person.isdigit() else ""), (area if area in Area.values else "")


urlpatterns = [
    path("stores/", other_stores, name="dashboard_stores"),
    path("settings/staff/", staff, name="dashboard_staff"),
    path("settings/staff/second-step/", second_step, name="dashboard_staff_second_step"),
    path("settings/staff/<int:pk>/", member, name="dashboard_staff_member"),
    path("settings/staff/<int:pk>/remove/", remove, name="dashboard_staff_remove"),
    path("settings/staff/<int:pk>/hand-over/", hand_over, name="dashboard_staff_hand_over"),
    path("settings/staff/invitations/<int:pk>/again/", send_again, name="dashboard_invitation_again"),
    path("settings/staff/invitations/<int:pk>/withdraw/", withdraw, name="dashboard_invitation_withdraw"),
    path("settings/activity/", activity, name="dashboard_activity"),
    path("settings/activity/file/", activity_file, name="dashboard_activity_file"),
]
