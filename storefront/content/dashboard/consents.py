"""Who said yes to being written to, who took it back, when, where and to which words."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.access import needs
from core.http import HttpRequest
from storefront.content.consents import describe_line
from storefront.content.enums import Consent
from storefront.content.selectors import list_consent_lines
from tenants.people.permissions import Permission

PER_PAGE = 50


@needs(Permission.CUSTOMERS_VIEW)
@require_GET
def consents(request: HttpRequest) -> HttpResponse:
    said = request.GET.get("said", "")
    said = said if said in Consent.values else ""
    text = request.GET.get("q", "").strip()[:80]
    page = Paginator(list_consent_lines(text=text, said=said), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [describe_line(row) for row in page.object_list],
        "views": _views(said),
        "text": text,
        "said": said,
        "keep": {"said": said},
        "crumbs": [{"label": _("Customers"), "url": reverse("dashboard_customers")}],
    }
    return render(request, "content/dashboard/consents.html", context)


def _views(said: str) -> list[dict[str, Any]]:
    labels = {
        "": _("All"),
        Consent.GIVEN: _("Said yes"),
        Consent.TAKEN_BACK: _("Taken back"),
        Consent.ASKED: _("Asked"),
    }
    return [
        {
            "label": label,
            "url": f"{reverse('dashboard_consents')}?{urlencode({'said': key})}"
            if key
            else reverse("dashboard_consents"),
            "current": key == said,
        }
        for key, label in labels.items()
    ]


urlpatterns = [path("", consents, name="dashboard_consents")]
