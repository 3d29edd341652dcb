"""The visit beacon: it answers 204 whatever it is sent."""

import json
import logging

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from analytics.merchant.services.visits import Beacon, record_visit
from core.addresses import client_address
from core.clock import utc_now
from core.http import HttpRequest

MAXIMUM_BODY = 2_048

logger = logging.getLogger(__name__)


@csrf_exempt
def beacon(request: HttpRequest) -> HttpResponse:
    """Record a visit, unless the browser asks not to be counted. It reads no cookie of its own and sets none."""
    told = _read(request)
    if told is not None:
        try:
            customer = request.customer
            record_visit(
                tenant=request.tenant, beacon=told, customer_id=customer.pk if customer else None, now=utc_now()
            )
        except Exception:
            # A visit is worth less than the page it came from: the shopper must never see that counting failed.
            logger.exception("a visit was not recorded")
    return HttpResponse(status=204)


def _read(request: HttpRequest) -> Beacon | None:
    headers = request.headers
    if request.method != "POST" or headers.get("Sec-GPC") == "1" or headers.get("DNT") == "1":
        return None
    if headers.get("Sec-Purpose") or headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return None
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length[:9]) > MAXIMUM_BODY:
        return None
    try:
        body = json.loads(request.read(MAXIMUM_BODY + 1))
    except (ValueError, OSError, RecursionError):
        return None
    if not isinstance(body, dict) or not all(isinstance(value, str) for value in body.values()):
        return None
    return Beacon(
        kind=body.get("k", "view"),
        path=body.get("p", ""),
        referrer=body.get("r", ""),
        address=client_address(request),
        user_agent=headers.get("User-Agent", ""),
        host=headers.get("Host", ""),
    )


urlpatterns = [path("e", beacon, name="beacon")]
