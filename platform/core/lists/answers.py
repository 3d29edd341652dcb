"""The answers of every list whose views can be kept: keep one, drop one, show them as tabs."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from core.clock import utc_now
from core.errors import InvalidInput
from core.http import HttpRequest
from core.lists.selectors import list_views
from core.lists.services import delete_view, save_view
from core.lists.state import address_of


def answer_keep(request: HttpRequest, *, name: str, page: str, query: str, may_share: bool) -> HttpResponse:
    """Keep a list as it is looked at, for oneself or for everybody, and lead back to it."""
    try:
        view = save_view(
            name=name,
            label=request.POST.get("label", ""),
            query=query,
            is_shared="shared" in request.POST and may_share,
            owner=request.user.get_username(),
            now=utc_now(),
        )
    except InvalidInput as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Kept the view “%(label)s”.") % {"label": view.label})
    return redirect(address_of(page, query))


def answer_drop(request: HttpRequest, *, name: str, page: str, view_id: int, may_drop_shared: bool) -> HttpResponse:
    """Drop a view of one's own, or a shared one for whoever may, and lead to the list."""
    owner = request.user.get_username()
    delete_view(view_id=view_id, name=name, owner=owner, may_delete_shared=may_drop_shared)
    return redirect(page)


def list_saved_tabs(request: HttpRequest, *, name: str, page: str, query: str) -> list[dict[str, Any]]:
    """Return the views that this person sees; the one that is looked at, as `query` says, is current."""
    owner = request.user.get_username()
    return [
        {
            "label": view.label,
            "url": address_of(page, view.query),
            "current": query == view.query,
            "pk": view.pk,
            "is_shared": view.is_shared,
            "is_mine": view.owner == owner,
        }
        for view in list_views(name=name, owner=owner)
    ]
