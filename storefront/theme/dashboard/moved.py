"""The former address of the editor."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_safe

from core.access import needs
from core.http import HttpRequest
from tenants.people.permissions import Permission


@needs(Permission.THEME_EDIT)
@require_safe
def moved(_request: HttpRequest) -> HttpResponse:
    """Lead on to where the editor is now."""
    return redirect("dashboard_theme", permanent=True)


urlpatterns = [path("", moved, name="dashboard_theme_moved")]
