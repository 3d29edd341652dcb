"""Shopper's pages: the store's own pages and policies, its blog, and the newsletter."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from core.addresses import client_address
from core.clock import utc_now
from core.csrf import same_origin_form
from core.errors import ShopsteadError
from core.http import HttpRequest
from core.shared_pages import shared_page
from core.tenancy import current_tenant
from storefront.content.enums import Policy
from storefront.content.errors import PageNotFound, PostNotFound
from storefront.content.feed import write_feed
from storefront.content.models import Page
from storefront.content.selectors import get_page, get_policy, get_post, list_posts
from storefront.content.services import ask_to_join, confirm, leave
from storefront.content.services.newsletter import read_token
from tenants.selectors import store_url


@shared_page()
def page(request: HttpRequest, handle: str) -> HttpResponse:
    """Show one of the store's own pages; a policy has an address of its own."""
    try:
        found = get_page(handle)
    except PageNotFound as error:
        raise Http404(str(error)) from error
    if found.policy:
        return redirect("policy", policy=found.policy, permanent=True)
    return _show_page(request, found, reverse("page", args=[handle]))


@shared_page()
def policy(request: HttpRequest, policy: str) -> HttpResponse:
    """Show one of the store's policies."""
    try:
        found = get_policy(policy if policy in Policy.values else "-")
    except PageNotFound as error:
        raise Http404(str(error)) from error
    return _show_page(request, found, reverse("policy", args=[policy]))


@shared_page("page")
def blog(request: HttpRequest, tag: str = "") -> HttpResponse:
    """Show a page of the blog's posts, all of them or those of a tag."""
    asked = request.GET.get("page", "1")
    posts, number, count = list_posts(
        now=utc_now(), tag=tag, page=int(asked) if asked.isdecimal() and len(asked) < 6 else 1
    )
    if tag and not posts:
        raise Http404
    here = reverse("blog_tag", args=[tag]) if tag else reverse("blog")
    context = {"posts": posts, "tag": tag, "number": number, "count": count, "here": here}
    address = store_url(current_tenant(), here + (f"?page={number}" if number > 1 else ""))
    return render(request, "content/blog.html", {**context, "address": address})


@shared_page()
def post(request: HttpRequest, handle: str) -> HttpResponse:
    """Show a post of the blog."""
    try:
        found = get_post(handle, now=utc_now())
    except PostNotFound as error:
        raise Http404(str(error)) from error
    address = store_url(current_tenant(), reverse("post", args=[handle]))
    return render(request, "content/post.html", {"post": found, "address": address})


@shared_page()
def feed(_request: HttpRequest) -> HttpResponse:
    """Answer with the newest posts as an Atom feed."""
    return HttpResponse(write_feed(now=utc_now()), content_type="application/atom+xml; charset=utf-8")


@require_POST
@same_origin_form
def newsletter(request: HttpRequest) -> HttpResponse:
    """Take an e-mail address and say that a question was mailed to it, whoever it is."""
    email = request.POST.get("email", "")[:320]
    try:
        ask_to_join(
            email=email,
            wording=request.POST.get("wording", "")[:400],
            source=request.POST.get("source", "")[:40],
            language=get_language() or "en",
            address=client_address(request),
            now=utc_now(),
        )
    except ShopsteadError as error:
        context = {"state": "refused", "error": str(error), "email": email}
        return render(request, "content/newsletter.html", context, status=error.status)
    return render(request, "content/newsletter.html", {"state": "asked", "email": email.strip().lower()})


def newsletter_answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show the question of a mailed link, and take its answer: yes, or no more letters."""
    email = read_token(token, days=None)
    if email is None:
        return render(request, "content/newsletter.html", {"state": "wrong"}, status=404)
    if request.method != "POST":
        return render(request, "content/newsletter.html", {"state": "question", "email": email, "token": token})
    answer, state = (leave, "left") if request.POST.get("answer") == "no" else (confirm, "given")
    done = answer(token=token, language=get_language() or "en", address=client_address(request), now=utc_now())
    context = {"state": state if done else "wrong", "email": email, "token": token}
    return render(request, "content/newsletter.html", context, status=200 if done else 404)


def _show_page(request: HttpRequest, found: Page, path: str) -> HttpResponse:
    return render(request, "content/page.html", {"page": found, "address": store_url(current_tenant(), path)})


urlpatterns = [
    path("pages/<str:handle>/", page, name="page"),
    path("policies/<str:policy>/", policy, name="policy"),
    path("blog/", blog, name="blog"),
    path("blog/feed.xml", feed, name="blog_feed"),
    path("blog/tags/<str:tag>/", blog, name="blog_tag"),
    path("blog/<str:handle>/", post, name="post"),
    path("newsletter/", newsletter, name="newsletter"),
    path("newsletter/<str:token>/", newsletter_answer, name="newsletter_answer"),
]
