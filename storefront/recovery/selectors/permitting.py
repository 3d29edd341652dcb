"""Who may be reminded, by what they said and by the rule that the merchant chose."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from storefront.content.enums import Consent as LetterConsent
from storefront.content.models import NewsletterConsent
from storefront.customers.enums import ConsentKind
from storefront.customers.models import Consent, Customer
from storefront.recovery.enums import Outcome, Rule
from storefront.recovery.models import AbandonedCart

# One mail a person in so many days, however many carts they leave.
PAUSE = timedelta(days=7)


def find_objections(
    customers: Sequence[Customer], *, rule: str, known_ids: Collection[int], now: datetime
) -> dict[int, Outcome]:
    """Return why these customers are not to be reminded, by their key; whoever is not named may be. Three questions.

    Said to reminders themselves, a yes or a no decides. Else a yes to news or to letters is enough. By `Rule.KNOWN` so is
    having bought before or reached the payment (`known_ids`), as long as nobody took a yes to news or letters back.
    """
    emails = [customer.email for customer in customers]
    latest = NewsletterConsent.objects.filter(email__in=emails).order_by("email", "-pk").distinct("email")
    letters = dict(latest.values_list("email", "consent"))
    said = Consent.objects.filter(customer__in=customers, kind=ConsentKind.MARKETING)
    news = dict(said.order_by("customer_id", "-pk").distinct("customer_id").values_list("customer_id", "is_given"))
    mine = AbandonedCart.objects.filter(customer__in=customers)
    lately = set(mine.filter(mailed_at__gt=now - PAUSE).values_list("customer_id", flat=True))
    found: dict[int, Outcome] = {}
    for customer in customers:
        letter = letters.get(customer.email)
        said_yes = customer.wants_reminders or customer.accepts_marketing or letter == LetterConsent.GIVEN
        said_no = news.get(customer.pk) is False or letter == LetterConsent.TAKEN_BACK
        is_known = rule == Rule.KNOWN and (customer.orders_count > 0 or customer.pk in known_ids)
        if customer.wants_reminders is False or (said_no and not said_yes):
            found[customer.pk] = Outcome.REFUSED
        elif not said_yes and not is_known:
            found[customer.pk] = Outcome.NO_CONSENT
        elif customer.pk in lately:
            found[customer.pk] = Outcome.LATELY
    return found
