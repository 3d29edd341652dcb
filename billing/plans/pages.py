"""The pricing page of the platform's site."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from billing.plans.selectors import currency_of, list_offers
from core.http import HttpRequest

INTERVALS = ("month", "year")


@require_safe
def pricing(request: HttpRequest) -> HttpResponse:
    language = get_language() or "en"
    interval = "year" if request.GET.get("billed") == "year" else "month"
    offers = list_offers(currency=currency_of(language), interval=interval, language=language)
    return render(request, "plans/pricing.html", {"offers": offers, "interval": interval})


urlpatterns = [path("pricing/", pricing, name="pricing")]
