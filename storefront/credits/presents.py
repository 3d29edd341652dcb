"""Who gets a gift card that somebody buys: kept on the line of the cart and of the order, as rows of JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.text import one_line
from storefront.credits.errors import CreditRefused

LONGEST_NAME, LONGEST_MESSAGE, LONGEST_EMAIL = 160, 500, 254
# The names of what a shopper types.
TYPED = ("present_email", "present_name", "present_message", "present_day")
FURTHEST = timedelta(days=366)
MORNING = time(8, 0)
# So many cards of one amount are bought at once: each is made while the order's money is taken.
MOST_CARDS = 100


@dataclass(frozen=True, slots=True)
class Present:
    """So many cards go to somebody; `day` is an ISO date, empty for at once. Without an e-mail the buyer gets them."""

    email: str = ""
    name: str = ""
    message: str = ""
    day: str = ""
    count: int = 1

    def as_row(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def send_at(self) -> datetime | None:
        """Return the morning of the chosen day, where one was chosen."""
        return timezone.make_aware(datetime.combine(date.fromisoformat(self.day), MORNING)) if self.day else None


def is_present_typed(data: Mapping[str, str]) -> bool:
    """Tell whether a shopper typed anything about who gets a card."""
    return any(data.get(name, "").strip() for name in TYPED)


def read_present(data: Mapping[str, str], *, now: datetime) -> Present | None:
    """Return what a shopper typed about who gets a card, or None where nothing was.

    Raises: CreditRefused.
    """
    email, name, message, typed_day = (data.get(one, "").replace("\0", "").strip() for one in TYPED)
    email, name, message = email.lower(), one_line(name).strip(), message.replace("\r\n", "\n")
    if not (email or name or message or typed_day):
        return None
    if len(name) > LONGEST_NAME or len(message) > LONGEST_MESSAGE:
        raise CreditRefused(_("A name has at most 160 signs, a message 500."), field="present_message")
    if not email:
        raise CreditRefused(
            _("Write the e-mail of who gets the gift card, or leave all of it empty."), field="present_email"
        )
    try:
        validate_email(email)
    except ValidationError as error:
        raise CreditRefused(_("Look at the e-mail of who gets the gift card."), field="present_email") from error
    if len(email) > LONGEST_EMAIL:
        raise CreditRefused(_("Look at the e-mail of who gets the gift card."), field="present_email")
    return Present(email, name, message, _read_day(typed_day, now))


def list_presents(rows: Sequence[Mapping[str, Any]], quantity: int) -> list[Present]:
    """Return who gets so many cards, in the order in which they were added; what nobody is named for is the buyer's."""
    found, left = [], quantity
    for row in rows:
        count = min(left, int(row["count"]))
        if count:
            found.append(Present(**{**row, "count": count}))
        left -= count
    return [*found, Present(count=left)] if left else found


def _read_day(text: str, now: datetime) -> str:
    if not text:
        return ""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise CreditRefused(_("Choose the day again."), field="present_day") from error
    today = timezone.localdate(now)
    if not today <= day <= today + FURTHEST:
        raise CreditRefused(_("Choose a day from today on, within a year."), field="present_day")
    return "" if day == today else day.isoformat()
