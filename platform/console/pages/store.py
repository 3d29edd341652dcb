"""One store: how it is, what it pays, who works there, what was done to it, and what can be done."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.invoices.selectors import list_invoices
from console.actions import find_action, list_actions
from console.enums import SupportEnd
from console.forms import DeleteForm, NoteForm, SignInAsForm, TrialForm
from console.selectors.audit import AuditQuery, list_entries
from console.selectors.store import find_store, list_checks, list_jobs, list_notes, list_usage
from console.selectors.support import find_last_session, find_own_session, list_open_sessions
from console.services.operations import add_note
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from core.ids import new_token
from core.ui.templatetags.ui import day
from tenants.archive.selectors import find_deletion
from tenants.domains.selectors import list_hosts, list_open_claims
from tenants.enums import Role, TenantState
from tenants.models import Tenant
from tenants.people.selectors import list_open_invitations
from tenants.people.services import send_again
from tenants.selectors import store_url

TABS = ("overview", "billing", "people", "notes", "log")
EVENTS_SHOWN = 8


@require_GET
def store(request: HttpRequest, pk: int) -> HttpResponse:
    tenant = get_store(pk)
    if "support" in request.GET:
        _say_how_support_ended(request, tenant)
        return redirect("console_store", pk=pk)
    tab = request.GET.get("tab", "")
    return show(request, tenant, tab if tab in TABS else "overview")


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Say what an action will do and ask why; with POST, do it."""
    tenant = get_store(pk)
    action = find_action(key, tenant)
    if action is None:
        messages.error(request, _("This cannot be done to the store as it is now. Nothing was changed."))
        return redirect("console_store", pk=pk)
    if request.method == "GET" and not action.asks:
        return redirect("console_store", pk=pk)
    form = action.form(request.POST if request.method == "POST" else None, initial=_initial(tenant))
    if isinstance(form, DeleteForm):
        form.fields["typed"].help_text = _("Type %(address)s, to be sure.") % {"address": tenant.slug}
    if request.method == "POST" and form.is_valid():
        words = {**form.cleaned_data, "attempt": request.POST.get("attempt", "")[:26]}
        if isinstance(form, TrialForm):
            words["life"] = form.life
        try:
            said = action.do(tenant=tenant, words=words, actor=request.user.get_username(), now=utc_now())
        except ShopsteadError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, said)
            return redirect("console_store", pk=pk)
    context = {"tenant": tenant, "action": action, "form": form, "attempt": new_token(), "crumbs": _crumbs(tenant)}
    return render(request, "console/action.html", context, status=422 if form.is_bound and form.errors else 200)


@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    tenant = get_store(pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return show(request, tenant, "notes", note_form=form, status=422)
    add_note(tenant=tenant, text=form.cleaned_data["text"], actor=request.user.get_username(), now=utc_now())
    messages.success(request, _("Noted."))
    return redirect(f"/console/stores/{pk}/?tab=notes")


@require_POST
def invite(request: HttpRequest, pk: int, invitation_id: int) -> HttpResponse:
    """Send an open invitation of the store again, with a new link."""
    get_store(pk)
    try:
        invitation = send_again(
            tenant_id=pk, invitation_id=invitation_id, actor=request.user.get_username(), now=utc_now()
        )
    except ShopsteadError as error:
        messages.error(request, str(error))
    else:
        said = _("Sent again to %(email)s. Links of earlier mails do not work any more.")
        messages.success(request, said % {"email": invitation.email})
    return redirect(f"/console/stores/{pk}/?tab=people")


def get_store(pk: int) -> Tenant:
    tenant = find_store(pk)
    if tenant is None:
        raise Http404
    return tenant


def sign_in_form(tenant: Tenant, data: Mapping[str, str] | None = None) -> SignInAsForm:
    """Return the form to sign in as one of the store's people, its owner first."""
    members = sorted(tenant.memberships.all(), key=lambda one: (one.role != Role.OWNER, one.pk))
    people = [
        (str(one.user_id), f"{one.user.display_name} ({one.get_role_display()})")
        for one in members
        if one.user.is_active and not one.user.is_platform_staff
    ]
    return SignInAsForm(data, people=people)


def show(
    request: HttpRequest,
    tenant: Tenant,
    tab: str,
    *,
    note_form: NoteForm | None = None,
    sign_in: SignInAsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Draw one part of the store's page, with a form that was refused where there is one."""
    now = utc_now()
    subscription = getattr(tenant, "subscription", None)
    notes = list_notes(tenant)
    context: dict[str, Any] = {
        "tenant": tenant,
        "facts": getattr(tenant, "facts", None),
        "subscription": subscription,
        "url": store_url(tenant),
        "tab": tab,
        "tabs": _tabs(tab, len(notes)),
        "crumbs": [{"url": "/console/stores/", "label": _("Stores")}],
        "sub": _sub(tenant),
        "notes": notes,
        "operations": list_actions(tenant, group="operations"),
        "state_actions": list_actions(tenant, group="state"),
        "deletion": find_deletion(tenant) if tenant.state == TenantState.DELETING else None,
        "now": now,
    }
    context |= _of_tab(tenant, tab)
    if tab == "overview":
        context["checks"] = list_checks(tenant, now=now)
        context |= {
            "sign_in": sign_in or sign_in_form(tenant),
            "inside": list_open_sessions(tenant=tenant, now=now),
            "elsewhere": find_own_session(staff_id=request.user.pk, now=now),
        }
    if tab == "notes":
        context["form"] = note_form or NoteForm()
    return render(request, "console/store.html", context, status=status)


def _of_tab(tenant: Tenant, tab: str) -> dict[str, Any]:
    """Return what only one tab shows."""
    if tab == "overview":
        entries = list_entries(query=AuditQuery(store_id=tenant.pk), limit=EVENTS_SHOWN).entries
        return {"usage": list_usage(tenant), "jobs": list_jobs(tenant), "entries": entries}
    if tab == "billing":
        return {
            "invoices": list_invoices(tenant, limit=12),
            "billing_actions": list_actions(tenant, group="billing"),
            "usage": list_usage(tenant),
        }
    if tab == "people":
        return {
            "invitations": list_open_invitations(tenant),
            "hosts": list_hosts(tenant),
            "claims": list_open_claims(tenant.pk),
        }
    if tab == "log":
        page = list_entries(query=AuditQuery(store_id=tenant.pk), limit=100)
        return {"entries": page.entries, "has_more": page.next_before is not None}
    return {}


def _say_how_support_ended(request: HttpRequest, tenant: Tenant) -> None:
    """Tell whoever comes back from a store why the session there is over."""
    access = find_last_session(staff_id=request.user.pk, tenant_id=tenant.pk)
    if access is None or access.ended_at is None:
        return
    name = {"store": tenant.name}
    words = {
        SupportEnd.EXIT: _("You have left %(store)s."),
        SupportEnd.TIME: _("Your thirty minutes at %(store)s are over. Sign in again if you need more."),
        SupportEnd.STORE: _("The people of %(store)s have ended your session."),
        SupportEnd.CONSOLE: _("Your session at %(store)s was ended in the console."),
        SupportEnd.LOGOUT: _("Your session at %(store)s ended with your log-in here."),
        SupportEnd.RIGHTS: _("Your session at %(store)s is over: whom you looked through has no place there any more."),
    }
    messages.info(request, words[SupportEnd(access.ended_by)] % name)


def _sub(tenant: Tenant) -> str:
    """Return where the store is, whose it is and since when, on one line."""
    hosts = sorted(tenant.domains.all(), key=lambda domain: not domain.is_primary)
    shown = [hosts[0].domain] if hosts else []
    if len(hosts) > 1:
        more = len(hosts) - 1
        shown.append(ngettext("%(count)s more domain", "%(count)s more domains", more) % {"count": more})
    owners = [one.user.display_name for one in tenant.memberships.all() if one.role == Role.OWNER]
    since = _("since %(since)s") % {"since": day(tenant.created_at)}
    return " · ".join([*shown, *owners, since])


def _tabs(current: str, notes_count: int) -> list[dict[str, Any]]:
    labels = {
        "overview": _("Overview"),
        "billing": _("Billing"),
        "people": _("People and domains"),
        "notes": _("Notes"),
        "log": _("Log"),
    }
    counts = {"notes": notes_count or None}
    return [
        {"label": label, "url": f"?tab={key}", "current": key == current, "count": counts.get(key)}
        for key, label in labels.items()
    ]


def _crumbs(tenant: Tenant) -> list[dict[str, str]]:
    return [
        {"url": "/console/stores/", "label": _("Stores")},
        {"url": f"/console/stores/{tenant.pk}/", "label": tenant.name},
    ]


def _initial(tenant: Tenant) -> dict[str, Any]:
    subscription = getattr(tenant, "subscription", None)
    return {"plan": subscription.plan.code} if subscription else {}
