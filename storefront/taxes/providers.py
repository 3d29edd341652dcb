"""Who counts taxes where the store's own rates do not: a protocol that carts speak, and Stripe Tax behind it."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from integrations.stripe import gateway_taxes
from integrations.stripe.errors import StripeRefused, StripeUnavailable
from storefront.pricing.assessing import Assessed, spread_tax
from storefront.pricing.basket import TaxRate
from storefront.pricing.taxes import TaxShare
from storefront.taxes.asking import TaxQuestion
from storefront.taxes.enums import TaxProviderName
from storefront.taxes.errors import TaxUnavailable

PARTS_OF_A_PERCENT = 10_000
NOT_COUNTED = _(
    "Tax cannot be counted for this address right now. Nothing was charged. Check the address, or try again soon."
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reported:
    """A sale, or what was taken back of one, in the service's books; `lines` are its names of them by ours."""

    id: str
    lines: Mapping[str, str]


class TaxProvider(Protocol):
    """What a store needs of whoever counts its taxes; every call crosses the network and stands outside transactions."""

    def assess(self, question: TaxQuestion) -> tuple[str, Assessed]:
        """Return what the service calls its answer, and the taxes of all that was asked.

        Raises: TaxUnavailable where it does not answer, refuses, or answers what does not add up.
        """

    def report(self, *, calculation_id: str, reference: str) -> Reported:
        """Report a sale; asked twice with one reference it is one sale. Raises: StripeUnavailable, StripeRefused."""

    def take_back(
        self,
        *,
        transaction_id: str,
        reference: str,
        currency: str,
        back: gateway_taxes.Reversal | None,
        is_included: bool,
    ) -> Reported:
        """Take back a part of a sale, all of it by None; twice with one reference is once.

        Raises: StripeUnavailable, StripeRefused.
        """


@dataclass(frozen=True, slots=True)
class StripeTax:
    """Stripe Tax on the store's own account."""

    account_id: str

    def assess(self, question: TaxQuestion) -> tuple[str, Assessed]:
        items = [
            gateway_taxes.TaxableItem(str(line.key), line.amount, line.quantity, code)
            for line, code in zip(question.lines, question.codes, strict=True)
        ]
        if len(items) > gateway_taxes.MOST_ITEMS:
            raise TaxUnavailable(NOT_COUNTED)
        if not items:  # Delivery alone costs something: it is asked for as what it is.
            items = [gateway_taxes.TaxableItem("0", 0, 1, gateway_taxes.NONTAXABLE)]
        place = question.place
        try:
            found = gateway_taxes.calculate_taxes(
                gateway_taxes.TaxRequest(
                    account_id=self.account_id,
                    currency=question.currency,
                    items=items,
                    shipping_amount=question.shipping_amount,
                    is_included=question.is_included,
                    address={
                        "country": place.country,
                        "state": place.province,
                        "city": place.city,
                        "postal_code": place.postcode,
                        "line1": place.line1,
                        "line2": place.line2,
                    },
                    vat_id=question.vat_id,
                )
            )
            return found.id, _take_in(found, question)
        except (StripeUnavailable, StripeRefused, ValueError, KeyError) as error:
            logger.warning("tax was not counted: %s", error)
            raise TaxUnavailable(NOT_COUNTED) from error

    def report(self, *, calculation_id: str, reference: str) -> Reported:
        made = gateway_taxes.report_sale(account_id=self.account_id, calculation_id=calculation_id, reference=reference)
        return Reported(made.id, made.lines)

    def take_back(
        self,
        *,
        transaction_id: str,
        reference: str,
        currency: str,
        back: gateway_taxes.Reversal | None,
        is_included: bool,
    ) -> Reported:
        made = gateway_taxes.report_reversal(
            account_id=self.account_id,
            transaction_id=transaction_id,
            reference=reference,
            currency=currency,
            back=back,
            is_included=is_included,
        )
        return Reported(made.id, {})


def tax_provider(name: TaxProviderName, *, account_id: str) -> TaxProvider:
    """Return the service of this name for the store's account there.

    Raises: TaxUnavailable where the store has no account.
    """
    if name != TaxProviderName.STRIPE or not account_id:
        raise TaxUnavailable(NOT_COUNTED)
    return StripeTax(account_id)


def _take_in(found: gateway_taxes.StripeTaxes, question: TaxQuestion) -> Assessed:
    """Return an answer by our keys.

    Raises: ValueError, KeyError for one that does not add up or is about something else.
    """
    lines = {line.key: _shares(found.lines[str(line.key)]) for line in question.lines}
    shipping = _shares(found.shipping)
    if sum(share.amount for shares in (*lines.values(), shipping) for share in shares) != found.amount:
        raise ValueError("the lines' taxes are not the whole")
    costs = [(lines[line.key], line.amount) for line in question.lines] + [(shipping, question.shipping_amount or 0)]
    if question.is_included and any(sum(share.amount for share in shares) > cost for shares, cost in costs):
        raise ValueError("a price holds more tax than it is")
    is_reverse_charge = found.is_reverse_charge and bool(question.vat_id) and not found.amount
    return Assessed(lines, shipping, question.is_included, is_reverse_charge)


def _shares(tax: gateway_taxes.TaxOf) -> tuple[TaxShare, ...]:
    parts = [
        (TaxRate(part.name, round(Decimal(part.percent) * PARTS_OF_A_PERCENT)), part.base, part.amount)
        for part in tax.parts
    ]
    return spread_tax(tax.amount, parts)
