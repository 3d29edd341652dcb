"""The merchant's pages for the look of the store: what was published before."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.access import needs
from core.clock import utc_now
from core.http import HttpRequest
from storefront.theme.errors import LookRefused
from storefront.theme.presets import PRESETS
from storefront.theme.selectors import list_versions
from storefront.theme.services import restore_version
from tenants.people.permissions import Permission


@needs(Permission.THEME_EDIT)
@require_safe
def versions(request: HttpRequest) -> HttpResponse:
    """List what was published, newest first, with what changed from one to the next."""
    rows = [
        (one, PRESETS[name].label if (name := one.settings.get("preset")) in PRESETS else "–")
        for one in list_versions()
    ]
    return render(request, "theme/dashboard/versions.html", {"rows": rows})


@needs(Permission.THEME_EDIT)
@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a draft of an earlier look."""
    try:
        restore_version(version_id=pk, actor=request.user.get_username(), now=utc_now())
    except LookRefused as error:
        messages.error(request, str(error))
        return redirect("dashboard_theme_versions")
    messages.success(request, _("It is your draft now. Look it over, then publish."))
    return redirect("dashboard_theme")
