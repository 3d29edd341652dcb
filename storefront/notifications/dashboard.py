"""The merchant's pages of mails."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import needs
from core.clock import utc_now
from core.errors import ShopsteadError
from core.http import HttpRequest
from storefront.notifications.errors import MailRefused
from storefront.notifications.forms import MailForm, SenderForm
from storefront.notifications.kinds import KINDS, SHOPPER, STAFF, Kind
from storefront.notifications.models import MailSettings
from storefront.notifications.selectors import find_words, get_mail_settings, list_unreachable
from storefront.notifications.services import get_kind, preview_mail, save_mail, save_sender, send_test, try_again
from tenants.languages import name_language
from tenants.people.permissions import Permission

MOST_SHOWN = 50
# A mail brings its styles inline, as mails do, and its pictures from the store; it runs nothing and leads nowhere.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'; sandbox"


@needs(Permission.SETTINGS_VIEW, change=Permission.SETTINGS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def notifications(request: HttpRequest) -> HttpResponse:
    """Show every mail of the store by whom it is for, and who writes to shoppers; change that."""
    kept, is_sent = get_mail_settings(), request.method == "POST"
    form = SenderForm(
        request.POST if is_sent else None,
        initial={"sender_name": kept.sender_name, "reply_to": kept.reply_to},
        name=request.tenant.name,
        contact_email=request.tenant.contact_email,
    )
    if is_sent and form.is_valid():
        try:
            save_sender(**form.cleaned_data)
        except MailRefused as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("dashboard_notifications")
    groups = [
        (_("To shoppers"), [_row(kind, kept) for kind in KINDS if kind.audience == SHOPPER]),
        (_("To you"), [_row(kind, kept) for kind in KINDS if kind.audience == STAFF]),
    ]
    context = {
        "groups": groups,
        "contact_email": request.tenant.contact_email,
        "form": form,
        "unreachable": list_unreachable(limit=MOST_SHOWN),
    }
    return render(request, "notifications/list.html", context, status=422 if is_sent else 200)


@needs(Permission.SETTINGS_EDIT)
@require_POST
def reach_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Write again to an address whose mails came back."""
    try:
        email = try_again(pk=pk)
    except MailRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(email)s gets letters again.") % {"email": email})
    return redirect("dashboard_notifications")


@never_cache
@needs(Permission.SETTINGS_VIEW, change=Permission.SETTINGS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def notification(request: HttpRequest, key: str) -> HttpResponse:
    """Show a mail as it would leave, in a language of the store; say what is said of it, or send it to oneself."""
    kind, language, kept = get_kind(key), _language(request), get_mail_settings()
    is_sent = request.method == "POST"
    form = MailForm(
        request.POST if is_sent else None,
        initial={
            "is_on": kind.key not in kept.off,
            "words": find_words(kept, kind=kind.key, language=language),
        },
        can_switch=not kind.fixed,
        has_words=kind.audience == SHOPPER,
    )
    words = None
    if is_sent and form.is_valid():
        words = form.cleaned_data.get("words", "")
        if request.POST.get("do") != "look" and _do(request, kind, language, form):
            return redirect(f"{request.path}?{urlencode({'language': language})}")
    context = _page(request, kind, language, form, words)
    return render(request, "notifications/mail.html", context, status=422 if form.errors else 200)


@never_cache
@xframe_options_sameorigin
@needs(Permission.SETTINGS_VIEW)
@require_safe
def body(request: HttpRequest, key: str) -> HttpResponse:
    """Show a mail's own page, for the frame that it is looked at in; `words` are tried in it."""
    preview = preview_mail(
        kind=get_kind(key), language=_language(request), now=utc_now(), words=request.GET.get("words")
    )
    response = HttpResponse(preview.html)
    response.headers["Content-Security-Policy"] = _POLICY
    return response


def _row(kind: Kind, kept: MailSettings) -> dict[str, Any]:
    return {
        "kind": kind,
        "is_off": not kind.fixed and kind.key in kept.off,
        "has_words": bool(kept.words.get(kind.key)),
    }


def _do(request: HttpRequest, kind: Kind, language: str, form: MailForm) -> bool:
    """Keep what was typed, or send it to oneself; tell whether that was done."""
    typed = form.cleaned_data
    try:
        if request.POST.get("do") == "test":
            words = typed.get("words")
            send_test(kind=kind, language=language, to=request.user.email, now=utc_now(), words=words)
            messages.success(request, _("Sent to %(address)s.") % {"address": request.user.email})
            return words in (None, form.initial["words"])  # What was typed and not kept stays in its box.
        save_mail(kind=kind, language=language, is_on=typed.get("is_on", True), words=typed.get("words", ""))
    except MailRefused as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    except ShopsteadError as error:
        messages.error(request, str(error))
        return False
    except OSError:
        messages.error(request, _("The mail server did not take it. Nothing was sent; try again in a minute."))
        return False
    messages.success(request, _("Saved."))
    return True


def _page(request: HttpRequest, kind: Kind, language: str, form: MailForm, words: str | None) -> dict[str, Any]:
    """Return what the page shows, with the mail as it would leave with these words."""
    asked = {"language": language, **({} if words is None else {"words": words})}
    return {
        "kind": kind,
        "form": form,
        "preview": preview_mail(kind=kind, language=language, now=utc_now(), words=words),
        "body_url": f"{reverse('dashboard_notification_body', args=[kind.key])}?{urlencode(asked)}",
        "languages": [
            {"label": name_language(code), "url": f"?{urlencode({'language': code})}", "current": code == language}
            for code in _languages(request)
        ],
        "language": language,
        "crumbs": [
            {"label": _("Settings"), "url": reverse("dashboard_settings")},
            {"label": _("Notifications"), "url": reverse("dashboard_notifications")},
        ],
    }


def _languages(request: HttpRequest) -> list[str]:
    return [request.tenant.language, *request.tenant.further_languages]


def _language(request: HttpRequest) -> str:
    asked = request.POST.get("language") or request.GET.get("language", "")
    return asked if asked in _languages(request) else request.tenant.language


urlpatterns = [
    path("", notifications, name="dashboard_notifications"),
    path("addresses/<int:pk>/again/", reach_again, name="dashboard_reach_again"),
    path("<slug:key>/", notification, name="dashboard_notification"),
    path("<slug:key>/body/", body, name="dashboard_notification_body"),
]
