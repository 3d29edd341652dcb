"""Where the provider that carries our mails knocks."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from integrations.mail.returns import ReturnRefused, find_listener, hear


@csrf_exempt
@require_POST
def mail_webhook(request: HttpRequest) -> HttpResponse:
    """Hear what came back; without a provider and a secret there is nobody here."""
    listener = find_listener()
    if listener is None:
        raise Http404
    try:
        return hear(request, listener)
    except ReturnRefused as error:
        return HttpResponse(str(error), status=400, content_type="text/plain")


urlpatterns = [path("webhooks/mail/", mail_webhook, name="mail_webhook")]
