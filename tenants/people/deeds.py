"""Every change that a member makes in the dashboard stands in the store's log, whether or not its view thought of it."""

import logging

from django.contrib.messages import ERROR, get_messages
from django.db import DatabaseError

from core.actors import current_actor
from core.clock import utc_now
from core.http import HttpRequest
from tenants.models import TenantEvent
from tenants.services import record_event

MOST_IDS = 50

logger = logging.getLogger(__name__)


def record_deed(request: HttpRequest) -> None:
    """Write down a request that changed something, unless a service has already done so in better words.

    Of what was sent only the numbers of the rows are kept: a form may hold a customer's words or a secret.
    """
    match, who = request.resolver_match, current_actor()
    if match is None or not match.url_name or _was_refused(request) or getattr(match.func, "leaves_no_trace", False):
        return
    try:
        if TenantEvent.objects.filter(request_id=who.request_id, tenant_id=request.tenant.pk).exists():
            return
        number = next((value for value in match.kwargs.values() if isinstance(value, int)), "")
        picked = [pick for pick in request.POST.getlist("pick") if pick.isascii() and pick.isdigit()][:MOST_IDS]
        record_event(
            tenant_id=request.tenant.pk,
            kind=match.url_name,
            actor=who.name,
            data={"picked": picked} if picked else {},
            object_type=match.url_name.removeprefix("dashboard_").partition("_")[0] if number else "",
            object_id=number,
            now=utc_now(),
        )
    except DatabaseError:
        # The change itself stands: the line goes to the server's log, where somebody is called by it.
        logger.exception("not in the store's log: %s %s by user %s", match.url_name, match.kwargs, who.user_id)


def _was_refused(request: HttpRequest) -> bool:
    """Tell whether the view leads on with an error: reading the messages the public way would take them from the next page."""
    return any(message.level >= ERROR for message in getattr(get_messages(request), "_queued_messages", []))
