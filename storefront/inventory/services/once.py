"""Count what a form asks for once, however often it arrives."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from storefront.inventory.errors import StockRefused
from storefront.inventory.models import SentForm

KEPT = timedelta(days=7)
_TOKEN = re.compile(r"[a-z0-9]{26}", re.ASCII)


def do_once(*, token: str, sent: Iterable[tuple[str, Sequence[object]]], now: datetime, deed: Callable[[], str]) -> str:
    """Carry out what a form asks for and return the words for what it came to; sent again, it gets the words of the first time.

    `token` is what the page gave the form; without one nothing is remembered. Two that arrive at once wait for each other. A deed
    that raises was not done: then the form may be sent again.
    Raises: StockRefused for a form that was sent before with something else in it.
    """
    if not _TOKEN.fullmatch(token):
        return deed()
    digest = hashlib.sha256(json.dumps(sorted((name, list(values)) for name, values in sent)).encode()).hexdigest()
    with transaction.atomic():
        row, is_first = SentForm.objects.get_or_create(token=token, defaults={"digest": digest, "created_at": now})
        if is_first:
            row.words = deed()[:200]
            row.save(update_fields=["words"])
        elif row.digest != digest:
            raise StockRefused(
                _(
                    "This form was sent already, with other numbers, and those count. Look at what is here now and send it again."
                )
            )
    return row.words


def forget_sent_forms(*, now: datetime) -> int:
    """Forget forms of more than a week ago and return how many there were."""
    return SentForm.objects.filter(created_at__lt=now - KEPT).delete()[0]
