"""The merchant's page about recommendations."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.access import needs
from core.clock import utc_now
from core.http import HttpRequest
from recsys.serving.health import describe_health, describe_run
from recsys.serving.preview import make_preview
from recsys.serving.selectors import find_active_model, list_trainings
from recsys.serving.services.starting import start_training
from tenants.people.permissions import Permission


@needs(Permission.RECOMMENDATIONS_VIEW)
@require_GET
def recommendations(request: HttpRequest) -> HttpResponse:
    """Show how good the lists are, what they look like to somebody, and the trainings so far."""
    trainings = list_trainings()
    active = find_active_model()
    context = {
        "health": describe_health(active=active, last=next((one for one in trainings if one.state == "ready"), None)),
        "preview": make_preview(kind=request.GET.get("as", "product"), chosen=request.GET.get("id", "")),
        "runs": [describe_run(one, active_id=active.pk if active else None) for one in trainings],
    }
    return render(request, "serving/recommendations.html", context)


@needs(Permission.RECOMMENDATIONS_EDIT)
@require_POST
def train(request: HttpRequest) -> HttpResponse:
    """Ask for a training now."""
    start_training(title=_("Train recommendations"), actor=request.user.get_username(), now=utc_now())
    return redirect("dashboard_recommendations")


urlpatterns = [
    path("", recommendations, name="dashboard_recommendations"),
    path("train/", train, name="dashboard_recommendations_train"),
]
