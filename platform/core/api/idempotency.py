"""Idempotency keys: the same POST twice does its work once and gets the same answer twice.

The same key with the same body replays the answer with `Idempotent-Replayed: true`; with another body it is a 422;
while the first is still running it is a 409. Answers are kept for 24 hours; a 5xx is not, so that it can be retried.
"""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import IntegrityError, models, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework.views import APIView

from core.addresses import client_address
from core.api.errors import CONTENT_TYPE
from core.api.models import IdempotencyRecord
from core.clock import utc_now

KEEP = timedelta(hours=24)
GIVE_UP_AFTER = timedelta(minutes=2)
MAXIMUM_KEY = 255


class IdempotentView(APIView):
    """An API view whose POSTs honor `Idempotency-Key`; `idempotency_model` is the store's table of keys."""

    idempotency_model: ClassVar[type[IdempotencyRecord]]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        key = request.headers.get("Idempotency-Key", "")
        if request.method != "POST" or not key:
            return super().dispatch(request, *args, **kwargs)
        if len(key) > MAXIMUM_KEY:
            return _problem(422, "idempotency_key_invalid", _("The key is longer than 255 characters."))
        now = utc_now()
        fingerprint = _digest(request.method, request.path_info, request.body)
        record, is_first = self._claim(_digest(key, *_who(request)), fingerprint, now=now)
        if not is_first:
            return _answer_again(record, fingerprint)
        try:
            response = super().dispatch(request, *args, **kwargs)
            return self._keep(record, response)
        except BaseException:
            self._forget(record)
            raise

    def _claim(self, key: str, fingerprint: str, *, now: datetime) -> tuple[IdempotencyRecord, bool]:
        rows = self.idempotency_model._default_manager
        rows.filter(models.Q(created_at__lt=now - KEEP) | _abandoned(now)).delete()
        try:
            with transaction.atomic():
                return rows.create(key=key, fingerprint=fingerprint, created_at=now), True
        except IntegrityError:
            return rows.get(key=key), False

    def _keep(self, record: IdempotencyRecord, response: HttpResponseBase) -> HttpResponseBase:
        if response.status_code >= 500 or not isinstance(response, HttpResponse):
            self._forget(record)
            return response
        render = getattr(response, "render", None)
        if render is not None:
            render()
        record.status = response.status_code
        record.content_type = response.headers.get("Content-Type", CONTENT_TYPE)
        record.body = response.content.decode()
        record.save(update_fields=["status", "content_type", "body"])
        return response

    def _forget(self, record: IdempotencyRecord) -> None:
        self.idempotency_model._default_manager.filter(pk=record.pk).delete()


def _abandoned(now: datetime) -> models.Q:
    """Match keys whose request died before it had an answer."""
    return models.Q(status__isnull=True, created_at__lt=now - GIVE_UP_AFTER)


def _who(request: HttpRequest) -> tuple[str, str]:
    """Return what tells one anonymous client from another, so that a common key such as “1” is shared by nobody."""
    return client_address(request), request.headers.get("User-Agent", "")


def _digest(*parts: str | bytes | None) -> str:
    rows = [part.hex() if isinstance(part, bytes) else part for part in parts]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def _answer_again(record: IdempotencyRecord, fingerprint: str) -> HttpResponse:
    if record.fingerprint != fingerprint:
        return _problem(
            422, "idempotency_key_reused", _("This key was used for another request. Use a new key for a new request.")
        )
    if record.status is None:
        return _problem(409, "idempotency_key_running", _("The first request with this key is still running."))
    response = HttpResponse(record.body, status=record.status, content_type=record.content_type)
    response["Idempotent-Replayed"] = "true"
    return response


def _problem(status: int, code: str, detail: str) -> JsonResponse:
    body = {"type": "about:blank", "title": _("The request failed"), "status": status, "code": code, "detail": detail}
    return JsonResponse(body, status=status, content_type=CONTENT_TYPE)
