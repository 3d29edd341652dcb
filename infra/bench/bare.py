"""The barest Django there is: no middleware, one view with a constant answer. What our pages stand beside."""

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="bench", MIDDLEWARE=[])
django.setup()


def constant(_request: HttpRequest) -> HttpResponse:
    """Answer."""
    return HttpResponse(b"ok")


urlpatterns = [path("", constant)]
application = WSGIHandler()
