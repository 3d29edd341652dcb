"""The merchant's queue of reviews: read, decide, answer, set the rules."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.access import needs
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from storefront.catalog.jinja import picture
from storefront.customers.selectors import get_customer
from storefront.reviews.enums import ReviewStatus
from storefront.reviews.forms import ReviewSettingsForm, read_stars
from storefront.reviews.models import Review
from storefront.reviews.selectors import (
    VIEWS,
    count_views,
    describe_hold,
    get_review,
    get_settings,
    list_of_customer,
    list_reports,
    list_reviews,
)
from storefront.reviews.services import approve_review, decide_reviews, reject_review, reply_to_review, save_settings
from storefront.reviews.services.moderating import MOST_AT_ONCE
from tenants.people.permissions import Permission

PER_PAGE = 30
LOOKS = {
    ReviewStatus.PENDING: ("wait", "warn"),
    ReviewStatus.APPROVED: ("done", ""),
    ReviewStatus.REJECTED: ("fail", "quiet"),
}


@needs(Permission.PRODUCTS_VIEW)
@require_GET
def reviews(request: HttpRequest) -> HttpResponse:
    counts = count_views()
    asked = request.GET.get("view", "")
    view = asked if asked in VIEWS else "waiting" if counts["waiting"] else "all"
    text, stars = request.GET.get("q", "").strip()[:80], read_stars(request.GET.get("stars", ""))
    page = Paginator(list_reviews(view=view, text=text, stars=stars), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [_row(review) for review in page.object_list],
        "view": view,
        "views": _views(view, counts),
        "text": text,
        "stars": stars,
        "keep": {"view": view, **({"stars": str(stars)} if stars else {})},
        "has_any": bool(counts["all"]),
        "here": request.get_full_path(),
        "star_links": [(number, f"?{urlencode({'view': view, 'stars': str(number)})}") for number in range(5, 0, -1)],
        "all_stars_url": f"?{urlencode({'view': view})}",
    }
    return render(request, "reviews/dashboard/list.html", context)


@needs(Permission.REVIEWS_EDIT)
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Publish or reject what is picked; up to a hundred at once."""
    picked = [
        int(text) for text in request.POST.getlist("pick") if text.isascii() and text.isdigit() and len(text) < 19
    ]
    is_approved = request.POST.get("action") == "approve"
    count = decide_reviews(review_ids=picked[:MOST_AT_ONCE], is_approved=is_approved, now=utc_now())
    if not count:
        messages.info(request, _("Nothing was picked, so nothing was changed."))
    elif is_approved:
        messages.success(
            request, ngettext("%(n)s review is published.", "%(n)s reviews are published.", count) % {"n": count}
        )
    else:
        messages.success(
            request, ngettext("%(n)s review is rejected.", "%(n)s reviews are rejected.", count) % {"n": count}
        )
    return redirect(_back(request))


@needs(Permission.PRODUCTS_VIEW)
@require_GET
def review(request: HttpRequest, pk: int) -> HttpResponse:
    return _show(request, pk)


@needs(Permission.REVIEWS_EDIT)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish the review or reject it with a reason that its writer reads."""
    if request.POST.get("action") == "approve":
        approve_review(review_id=pk, now=utc_now())
        messages.success(request, _("The review is published."))
    else:
        reject_review(review_id=pk, reason=request.POST.get("reason", ""), now=utc_now())
        messages.success(request, _("The review is rejected. Nobody sees it but its writer."))
    return redirect("dashboard_review", pk=pk)


@needs(Permission.REVIEWS_EDIT)
@require_POST
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer below the review, for everybody to read."""
    text = request.POST.get("reply", "")
    try:
        saved = reply_to_review(review_id=pk, text=text, now=utc_now())
    except ShopsteadError as error:
        return _show(request, pk, draft=text, problem=str(error), status=error.status)
    messages.success(request, _("Your answer is below the review.") if saved.reply else _("Your answer is taken away."))
    return redirect("dashboard_review", pk=pk)


@needs(Permission.PRODUCTS_VIEW, change=Permission.REVIEWS_EDIT)
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    chosen = get_settings()
    initial = {
        "publish_mode": chosen.publish_mode,
        "blocked_words": "\n".join(chosen.blocked_words),
        "sends_invitations": chosen.sends_invitations,
        "invite_after_days": chosen.invite_after_days,
    }
    form = ReviewSettingsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        save_settings(blocked_words=facts.pop("blocked_words").splitlines(), **facts)
        messages.success(request, _("Saved."))
        return redirect("dashboard_review_settings")
    return render(request, "reviews/dashboard/settings.html", {"form": form}, status=422 if form.errors else 200)


@needs(Permission.CUSTOMERS_VIEW)
@require_GET
def of_customer(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Answer with what a customer wrote, for their page."""
    rows, count = list_of_customer(get_customer(customer_id).pk)
    context = {"rows": [_row(one) for one in rows], "count": count}
    return render(request, "reviews/dashboard/of_customer.html", context)


def _show(
    request: HttpRequest, pk: int, *, draft: str | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    found = get_review(pk)
    context = {
        **_row(found),
        "photos": [shown for photo in found.photos if (shown := picture(photo))],
        "reports": list_reports(found),
        "draft": found.reply if draft is None else draft,
        "problem": problem,
        "shop_url": f"{reverse('product_reviews', args=[found.product.handle])}#review-{found.pk}",
    }
    return render(request, "reviews/dashboard/review.html", context, status=status)


def _row(review: Review) -> dict[str, Any]:
    kind, tone = LOOKS[ReviewStatus(review.status)]
    cover = picture(review.product.cover)
    return {
        "review": review,
        "kind": kind,
        "tone": tone,
        "hold": describe_hold(review),
        "cover": cover["thumb"] if cover else "",
        "photos_count": len(review.photos),
    }


def _views(view: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    labels = {
        "waiting": pgettext("review", "Waiting"),
        "published": pgettext("review", "Published"),
        "reported": _("Reported"),
        "rejected": pgettext("review", "Rejected"),
        "all": _("All"),
    }
    address = reverse("dashboard_reviews")
    return [
        {"label": labels[key], "url": f"{address}?view={key}", "count": counts[key], "current": key == view}
        for key in VIEWS
    ]


def _back(request: HttpRequest) -> str:
    here = request.POST.get("next", "")
    address = reverse("dashboard_reviews")
    return here if here.startswith(f"{address}?") and len(here) < 400 else address


urlpatterns = [
    path("", reviews, name="dashboard_reviews"),
    path("bulk/", bulk, name="dashboard_reviews_bulk"),
    path("settings/", settings, name="dashboard_review_settings"),
    path("of/<int:customer_id>/", of_customer, name="dashboard_customer_reviews"),
    path("<int:pk>/", review, name="dashboard_review"),
    path("<int:pk>/decide/", decide, name="dashboard_review_decide"),
    path("<int:pk>/reply/", reply, name="dashboard_review_reply"),
]
