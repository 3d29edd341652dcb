"""Withdraw from a contract in two steps, without an account: say who and which order, then confirm."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from core.addresses import client_address
from core.clock import utc_now
from core.http import HttpRequest
from core.ids import TOKEN_LENGTH, new_token
from core.limits import AttemptLimit
from storefront.orders.days import write_moment
from storefront.orders.errors import OrderNotFound
from storefront.orders.models import Order
from storefront.orders.selectors import find_order_of_buyer, get_order_by_token
from storefront.returns.enums import CHINA
from storefront.returns.forms import WithdrawalForm
from storefront.returns.models import Withdrawal
from storefront.returns.selectors import get_terms, is_offered_in
from storefront.returns.services import declare_withdrawal

DECLARED = AttemptLimit("returns.withdrawal", {"address": 20, "email": 10}, window_seconds=3600)
SESSION_KEY = "withdrawal"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest) -> HttpResponse:
    """Ask who withdraws from which order, show it again to be confirmed, and take it."""
    order = _order_of_link(request.POST.get("order") or request.GET.get("order", ""))
    if request.method != "POST":
        if order is None and not is_offered_in(get_terms(), request.tenant.country):
            raise Http404(_("This store offers no withdrawal here. Ask it a question instead."))
        return _ask(request, WithdrawalForm(initial=_known(order)), order, 200)
    form = WithdrawalForm(request.POST)
    if not form.is_valid() or request.POST.get("do") == "change":
        return _ask(request, form, order, 200 if form.is_valid() else 422)
    given = form.cleaned_data
    token = request.POST.get("token", "")
    if request.POST.get("do") != "confirm" or len(token) != TOKEN_LENGTH or not token.isalnum():
        context = {"form": form, "given": given, "order": order, "token": new_token()}
        return render(request, "returns/confirm.html", context, using="jinja2")
    if DECLARED.count(address=client_address(request), email=given["email"]):
        form.add_error("email", _("You have sent this several times. If no mail comes, write to the store."))
        return _ask(request, form, order, 429)
    found = order or find_order_of_buyer(number=given["order_number"], contact=given["email"])
    language = get_language() or request.tenant.language
    made = declare_withdrawal(token=token, order=found, language=language, now=utc_now(), **given)
    request.session[SESSION_KEY] = made.pk
    return redirect("withdrawn")


@never_cache
@require_GET
def withdrawn(request: HttpRequest) -> HttpResponse:
    """Say that the withdrawal is here, and since when."""
    made = Withdrawal.objects.filter(pk=request.session.get(SESSION_KEY) or 0).first()
    if made is None:
        return redirect("withdraw")
    context = {"withdrawal": made, "at": write_moment(made.declared_at)}
    return render(request, "returns/done.html", context, using="jinja2")


def _ask(request: HttpRequest, form: WithdrawalForm, order: Order | None, status: int) -> HttpResponse:
    country = str(order.shipping_address.get("country") or "") if order else request.tenant.country
    context = {"form": form, "order": order, "is_china": country == CHINA}
    return render(request, "returns/withdraw.html", context, status=status, using="jinja2")


def _known(order: Order | None) -> dict[str, Any]:
    if order is None:
        return {}
    return {"name": order.shipping_address.get("name", ""), "order_number": order.name, "email": order.email}


def _order_of_link(token: str) -> Order | None:
    if len(token) != TOKEN_LENGTH:
        return None
    try:
        return get_order_by_token(token)
    except OrderNotFound:
        return None
