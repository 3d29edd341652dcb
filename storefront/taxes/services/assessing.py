"""Ask whoever counts taxes, once for each question, and keep the answer beside the cart."""

from datetime import datetime

from core.limits import AttemptLimit
from core.tenancy import current_tenant
from storefront.taxes.asking import TaxAnswer, TaxQuestion, TaxService, write_answer
from storefront.taxes.errors import TaxUnavailable
from storefront.taxes.models import Assessment
from storefront.taxes.providers import NOT_COUNTED, tax_provider
from storefront.taxes.selectors import find_answer
from tenants.selectors import find_payment_account

# Each question costs the merchant something: nobody has a cart counted through for all addresses of a country.
QUESTIONS = AttemptLimit("taxes.question", {"cart": 40})


def assess_taxes(*, cart_token: str, question: TaxQuestion, service: TaxService, now: datetime) -> TaxAnswer:
    """Return the taxes of a basket as the service counts them; never within a transaction.

    The same question of the same cart is asked once a day.
    Raises: TaxUnavailable where there is no answer, or none that adds up.
    """
    fingerprint = question.fingerprint
    kept = find_answer(cart_token=cart_token, fingerprint=fingerprint, now=now)
    if kept is not None:
        return kept
    if QUESTIONS.count(cart=cart_token):
        raise TaxUnavailable(NOT_COUNTED)
    account = find_payment_account(current_tenant())
    provider = tax_provider(service.name, account_id=account.external_id if account else "")
    calculation_id, assessed = provider.assess(question)
    Assessment.objects.update_or_create(
        cart_token=cart_token,
        defaults={
            "fingerprint": fingerprint,
            "calculation_id": calculation_id,
            "answer": write_answer(assessed),
            "asked_at": now,
        },
    )
    return TaxAnswer(fingerprint, calculation_id, assessed)
