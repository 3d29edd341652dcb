"""The merchant's pages for what the law asks a store to say."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.access import needs
from core.clock import utc_now
from core.errors import InvalidInput
from core.http import HttpRequest
from storefront.catalog.dashboard.merging import Clash
from storefront.catalog.dashboard.merging import Page as Together
from storefront.content.enums import Policy
from storefront.content.forms.pages import PolicyForm, first_values, own_words
from storefront.content.models import Page
from storefront.content.policies import find_gaps, write_template
from storefront.content.selectors import find_policy, list_policies
from storefront.content.services import save_policy
from tenants.people.permissions import Permission
from tenants.selectors import store_url


@needs(Permission.CONTENT_EDIT)
@require_safe
def policies(request: HttpRequest) -> HttpResponse:
    """Show what is written, what shoppers see of it, and what is still to be written."""
    written = list_policies()
    rows = [{"policy": one, "page": written.get(one.value)} for one in Policy]
    return render(request, "content/dashboard/policies/list.html", {"rows": rows})


@needs(Permission.CONTENT_EDIT)
def policy(request: HttpRequest, policy: str) -> HttpResponse:
    """Show a policy's editor, filled with the template where nothing is written or `fresh` asks for it; save what it sends."""
    if policy not in Policy.values:
        raise Http404
    kind = Policy(policy)
    if request.method != "POST":
        return _edit(request, kind, find_policy(kind))
    with transaction.atomic():
        return _edit(request, kind, find_policy(kind, locked=True))


def _edit(request: HttpRequest, kind: Policy, kept: Page | None) -> HttpResponse:
    page = _from_template(request, kind) if kept is None or "fresh" in request.GET else kept
    form, clashes = _form(page), list[Clash]()
    # What is sent is laid over what is kept; a template that was asked for replaces all of it.
    together = Together([form])
    if request.method == "POST":
        sent, clashes = together.merge(request.POST)
        form = _form(page, sent)
    if request.method == "POST" and not clashes and form.is_valid():
        try:
            saved = save_policy(policy=kind, draft=form.draft(), tenant=request.tenant, now=utc_now())
        except InvalidInput as error:
            form.place_error(error)
        else:
            is_seen = saved.is_published
            messages.success(
                request, _("Saved. Shoppers see it now.") if is_seen else _("Saved. Shoppers do not see it yet.")
            )
            return redirect("dashboard_policy", kind.value)
    context: dict[str, Any] = {
        "form": form,
        "policy": kind,
        "was": together.was() if page is kept else "",
        "clashes": clashes,
        "row": page,
        "kept": kept,
        "is_fresh": page is not kept,
        "gaps": find_gaps(kind, page.body_html),
        "public_url": store_url(request.tenant, reverse("policy", args=[kind.value])),
        "crumbs": [{"label": _("Policies"), "url": reverse("dashboard_policies")}],
    }
    return render(
        request, "content/dashboard/policies/edit.html", context, status=422 if form.errors or clashes else 200
    )


def _form(page: Page, data: QueryDict | None = None) -> PolicyForm:
    return PolicyForm(data, initial=first_values(page), own=own_words(page), told=page.translations)


def _from_template(request: HttpRequest, kind: Policy) -> Page:
    """Return an unsaved policy with the starting text in each language of the store."""
    tenant = request.tenant

    def write(language: str) -> tuple[str, str]:
        return write_template(
            kind, language=language, country=tenant.country, store=tenant.name, email=tenant.contact_email
        )

    title, body = write(tenant.language)
    further = {code: write(code) for code in tenant.further_languages}
    translations = {code: {"title": said, "body_html": html} for code, (said, html) in further.items()}
    return Page(title=title, body_html=body, policy=kind, is_published=False, translations=translations)


urlpatterns = [
    path("", policies, name="dashboard_policies"),
    path("<str:policy>/", policy, name="dashboard_policy"),
]
