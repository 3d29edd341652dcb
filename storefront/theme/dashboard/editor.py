"""The editor: one form that keeps a draft, and the storefront drawn from it beside the form."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import needs
from core.clock import utc_now
from core.errors import InvalidInput, ShopsteadError
from core.http import HttpRequest
from storefront.catalog.models import Collection
from storefront.content.selectors import list_pages
from storefront.theme.controls import draw_groups, draw_sections
from storefront.theme.editing import do_deed, read_sections, read_settings, read_words
from storefront.theme.errors import DraftChanged, LookRefused
from storefront.theme.look import complete
from storefront.theme.models import ThemeVersion
from storefront.theme.presets import PRESETS
from storefront.theme.preview import PARAMETER, make_pass
from storefront.theme.sections.kinds import KINDS
from storefront.theme.selectors import find_draft, find_published
from storefront.theme.services import discard_draft, publish_draft, save_draft, stamp_of
from tenants.languages import name_language
from tenants.people.permissions import Permission

SUGGESTED_LINKS = 40


@needs(Permission.THEME_EDIT)
def edit(request: HttpRequest) -> HttpResponse:
    """Show the editor; keep what it sends as the draft, after the deed of the button that was pressed."""
    version = find_draft() or find_published()
    settings, sections = complete(version.settings if version else {}), list(version.sections if version else [])
    if request.method != "POST":
        return _show(request, version, settings, sections)
    language = _language(request)
    try:
        sections = read_sections(request.POST, request.FILES, sections, language=language)
        if language:
            settings = read_words(request.POST, settings, language=language)
        else:
            settings = read_settings(request.POST, request.FILES, settings)
        settings, sections, at = do_deed(request.POST.get("deed", ""), settings, sections)
        version = save_draft(
            settings=settings,
            sections=sections,
            actor=request.user.get_username(),
            now=utc_now(),
            seen=None if "over" in request.POST else request.POST.get("seen"),
        )
    except DraftChanged as error:
        if "X-Autosave" in request.headers:
            return JsonResponse({"errors": {}, "better": {}, "changed": str(error)}, status=409)
        return _show(request, version, settings, sections, changed=str(error))
    except InvalidInput as error:
        refused = error if isinstance(error, LookRefused) else LookRefused({"": str(error)})
        if "X-Autosave" in request.headers:
            return JsonResponse({"errors": _named(refused.errors), "better": _named(refused.better)}, status=422)
        return _show(request, version, settings, sections, refused)
    if "X-Autosave" in request.headers:
        return JsonResponse({"errors": {}, "better": {}, "seen": stamp_of(version)})
    query = f"?language={language}" if language else ""
    return redirect(f"{reverse('dashboard_theme')}{query}{f'#s-{at}' if at else ''}")


@needs(Permission.THEME_EDIT)
@require_POST
def publish(request: HttpRequest) -> HttpResponse:
    """Let shoppers see the draft."""
    try:
        publish_draft(actor=request.user.get_username(), now=utc_now())
    except ShopsteadError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Published. Your store shows it now."))
    return redirect("dashboard_theme")


@needs(Permission.THEME_EDIT)
@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    """Throw the draft away."""
    if discard_draft():
        messages.success(request, _("The draft is gone. Your store is as it was."))
    return redirect("dashboard_theme")


def _show(
    request: HttpRequest,
    version: ThemeVersion | None,
    settings: dict[str, Any],
    sections: list[dict[str, Any]],
    refused: LookRefused | None = None,
    changed: str = "",
) -> HttpResponse:
    errors = refused.errors if refused else {}
    language, preview_pass = _language(request), make_pass(request)
    context = {
        "groups": draw_groups(settings, errors, refused.better if refused else {}, language=language),
        "sections": draw_sections(sections, errors, language=language),
        "wrong": errors.get("sections") or errors.get("settings") or errors.get(""),
        "has_errors": bool(errors),
        "changed": changed,
        # A refused form goes on saying what its page had seen.
        "seen": request.POST.get("seen", "") if request.method == "POST" else stamp_of(version),
        "is_of_another": version is not None and version.actor not in ("", request.user.get_username()),
        "presets": PRESETS.values(),
        "preset": settings["preset"],
        "kinds": [kind for kind in KINDS.values() if _count(sections, kind.name) < kind.most],
        "has_draft": version is not None and version.published_at is None,
        "version": version,
        "language": language,
        "own_language": name_language(request.tenant.language),
        "tongues": [(code, name_language(code)) for code in request.tenant.further_languages],
        "preview_pass": preview_pass,
        "preview_url": f"/{f'{language}/' if language else ''}?{PARAMETER}={preview_pass}",
        "collections": Collection.objects.order_by("position", "id").values_list("handle", "title")[:SUGGESTED_LINKS],
        "pages": list_pages().filter(is_published=True)[:SUGGESTED_LINKS],
    }
    return render(request, "theme/dashboard/editor.html", context, status=409 if changed else 422 if errors else 200)


def _language(request: HttpRequest) -> str:
    """Return the further language that is edited, or nothing for the store's own."""
    asked = request.POST.get("language") or request.GET.get("language") or ""
    return asked if asked in request.tenant.further_languages else ""


def _named(errors: dict[str, str]) -> dict[str, str]:
    """Return the errors by the names of the form's fields: `sections.ab12.title` is ab12-title, `accent` is look-accent."""
    return {
        path.removeprefix("sections.").replace(".", "-") if path.startswith("sections.") else f"look-{path}": words
        for path, words in errors.items()
    }


def _count(sections: list[dict[str, Any]], kind: str) -> int:
    return sum(section["kind"] == kind for section in sections)
