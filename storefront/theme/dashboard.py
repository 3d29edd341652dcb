"""The merchant's page for the look of the store."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from core.access import needs
from core.errors import InvalidInput
from core.http import HttpRequest
from storefront.theme.forms import ThemeForm
from storefront.theme.selectors import get_theme
from storefront.theme.services import update_theme
from tenants.people.permissions import Permission


@needs(Permission.THEME_EDIT)
def theme(request: HttpRequest) -> HttpResponse:
    """Show and change colors, words and logo."""
    if request.method != "POST":
        return _show(request, ThemeForm.showing(get_theme()), 200)
    form = ThemeForm(request.POST, request.FILES, initial=ThemeForm.showing(get_theme()).initial)
    if form.is_valid():
        try:
            update_theme(
                accent=form.cleaned_data["accent"],
                words=form.words(),
                logo=form.cleaned_data["logo"],
                drop_logo=form.cleaned_data["drop_logo"],
                actor=request.user.get_username(),
            )
        except InvalidInput as error:
            form.add_error("accent" if error.field == "accent" else "logo", str(error))
        else:
            messages.success(request, _("Saved. Your store shows it now."))
            return redirect("dashboard_theme")
    return _show(request, form, 422)


def _show(request: HttpRequest, form: ThemeForm, status: int) -> HttpResponse:
    return render(request, "theme/dashboard/theme.html", {"form": form, "chosen": get_theme()}, status=status)


urlpatterns = [path("", theme, name="dashboard_theme")]
