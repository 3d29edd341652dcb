"""The views that every arm serves: one that asks nothing of the database, one that asks three times."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path


def constant(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


def three(request: HttpRequest) -> HttpResponse:
    for _ in range(3):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [path("constant", constant), path("three", three)]
