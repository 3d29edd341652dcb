"""Where Stripe knocks."""

from django.conf import settings
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from billing.webhooks.services import store_event
from core.clock import utc_now
from core.http import HttpRequest
from integrations.stripe.errors import InvalidSignature
from integrations.stripe.events import verify_webhook
from integrations.stripe.heard import is_heard


@csrf_exempt
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """Verify the raw body, keep the event, answer; the work is done by a task. Several secrets, comma-separated, may be valid.

    What nothing is done about is not kept: a checkout at Stripe tells of each product and each price on its page.
    """
    secrets = settings.STRIPE_WEBHOOK_SECRET.split(",")
    try:
        event = verify_webhook(request.body, request.headers.get("Stripe-Signature", ""), secrets)
    except InvalidSignature as error:
        return HttpResponse(str(error), status=400, content_type="text/plain")
    if not is_heard(event.type):
        return HttpResponse("not asked for", content_type="text/plain")
    stored = store_event(event=event, now=utc_now())
    return HttpResponse("stored" if stored else "known", content_type="text/plain")


urlpatterns = [path("webhooks/stripe/", stripe_webhook, name="stripe_webhook")]
