"""The way to the first sale: steps whose completion is read from the store's data and never ticked by hand."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from analytics.merchant.selectors import HomeFacts


@dataclass(frozen=True, slots=True)
class Step:
    """One step; without the required ones nobody can buy."""

    title: str
    why: str
    action: str
    url: str
    minutes: int
    is_done: bool
    is_required: bool


@dataclass(frozen=True, slots=True)
class SetupGuide:
    """Steps with their state; `current` is the first that is not done."""

    steps: list[Step]

    @property
    def done(self) -> list[Step]:
        return [step for step in self.steps if step.is_done]

    @property
    def waiting(self) -> list[Step]:
        return [step for step in self.steps if not step.is_done]

    @property
    def current(self) -> Step | None:
        return next(iter(self.waiting), None)

    @property
    def rest(self) -> list[Step]:
        return self.waiting[1:]

    @property
    def is_finished(self) -> bool:
        return not self.waiting

    @property
    def blocks_sales(self) -> bool:
        return any(step.is_required for step in self.waiting)

    @property
    def done_titles(self) -> str:
        return pgettext("between the items of a list", ", ").join(step.title for step in self.done)


def describe_setup(*, facts: HomeFacts, takes_payments: bool, has_plan: bool) -> SetupGuide:
    """Return the guide."""
    return SetupGuide(
        [
            Step(
                _("Add your first product"),
                _("A title, a price and a photo are enough to begin with."),
                _("Add product"),
                "/dashboard/products/new/",
                2,
                facts.has_product,
                # A store that has sold has something to sell, be it without a photo.
                not facts.has_order,
            ),
            Step(
                _("Connect payments"),
                _("Choose how customers pay. Until then they can fill a cart but not pay."),
                _("Connect payments"),
                "/dashboard/settings/payments/",
                5,
                takes_payments,
                True,
            ),
            Step(
                _("Set delivery"),
                _("Say where you ship and what it costs. Without a rate, customers can fill a cart but not pay."),
                _("Add a delivery rate"),
                "/dashboard/settings/shipping/",
                2,
                facts.has_delivery,
                True,
            ),
            Step(
                _("Make it yours"),
                _("Your color, your logo, and a first line on the home page."),
                _("Change the look"),
                "/dashboard/theme/",
                3,
                facts.has_look,
                False,
            ),
            Step(
                _("Choose a plan"),
                _("The trial needs no card. Choose before it ends, so that your checkout stays open."),
                _("Choose a plan"),
                "/dashboard/settings/billing/",
                2,
                has_plan,
                False,
            ),
            Step(
                _("Get your first order"),
                _("Buy something in your own store to see what your customers will see."),
                _("View store"),
                "/",
                3,
                facts.has_order,
                False,
            ),
        ]
    )
