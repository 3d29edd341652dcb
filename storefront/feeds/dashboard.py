"""The merchant's page of what machines may see."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import needs
from core.clock import utc_now
from core.http import HttpRequest
from storefront.catalog.shown import list_currencies
from storefront.feeds.forms import FeedForm
from storefront.feeds.items import list_gaps
from storefront.feeds.selectors import get_settings
from storefront.feeds.services import forget_files, save_settings
from tenants.people.permissions import Permission
from tenants.selectors import store_url


@needs(Permission.SETTINGS_VIEW, change=Permission.SETTINGS_EDIT)
@require_http_methods(["GET", "POST"])
def feeds(request: HttpRequest) -> HttpResponse:
    """Show the files' addresses and what is missing in them; switch them."""
    chosen = get_settings()
    form = FeedForm(request.POST if request.method == "POST" else None, instance=chosen)
    if request.method == "POST" and form.is_valid():
        save_settings(**form.cleaned_data, now=utc_now())
        forget_files()
        messages.success(request, _("Saved. Machines see it within a quarter of an hour."))
        return redirect("dashboard_feeds")
    listed, refused, first = list_gaps()
    names = ("sitemap", "feed_google", "feed_openai", "robots")
    context = {
        "form": form,
        "chosen": get_settings(),
        "addresses": {name: store_url(request.tenant, reverse(name)) for name in names},
        "currencies": list_currencies()[1:],
        "listed": listed,
        "refused": refused,
        "first": first,
    }
    return render(request, "feeds/feeds.html", context, status=422 if form.errors else 200)


urlpatterns = [path("", feeds, name="dashboard_feeds")]
