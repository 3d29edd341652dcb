"""The way to the first sale: steps whose completion is read from the store's data and never ticked by hand."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
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


@dataclass(frozen=True, slots=True)
class _Kind:
    """A step's words; `fact` says by its name when it is done."""

    fact: str
    title: Any
    why: Any
    action: Any
    url: str
    minutes: int
    is_required: bool = False


_KINDS = (
    _Kind(
        "has_product", _("Add your first product"), _("A title, a price and a photo are enough to begin with."),
        _("Add product"), "/dashboard/products/new/", 2, is_required=True,
    ),
    _Kind(
        "takes_payments", _("Connect payments"), _("Choose how customers pay. Until then they can fill a cart but not pay."),
        _("Connect payments"), "/dashboard/settings/payments/", 5, is_required=True,
    ),
    _Kind(
        "has_delivery", _("Set delivery"),
        _("Say where you ship and what it costs. Without a rate, customers can fill a cart but not pay."),
        _("Add a delivery rate"), "/dashboard/settings/shipping/", 2, is_required=True,
    ),
    _Kind(
        "has_look", _("Make it yours"), _("Your color, your logo, and a first line on the home page."),
        _("Change the look"), "/dashboard/theme/", 3,
    ),
    _Kind(
        "has_plan", _("Choose a plan"), _("The trial needs no card. Choose before it ends, so that your checkout stays open."),
        _("Choose a plan"), "/dashboard/settings/billing/", 2,
    ),
    _Kind(
        "has_order", _("Get your first order"), _("Buy something in your own store to see what your customers will see."),
        _("View store"), "/", 3,
    ),
)  # fmt: skip


def describe_setup(*, facts: HomeFacts, takes_payments: bool, has_plan: bool) -> SetupGuide:
    """Return the guide."""
    done = {
        "has_product": facts.has_product,
        "takes_payments": takes_payments,
        "has_delivery": facts.has_delivery,
        "has_look": facts.has_look,
        "has_plan": has_plan,
        "has_order": facts.has_order,
    }
    # A store that has sold has something to sell, be it without a photo.
    needless = {"has_product"} if facts.has_order else set()
    return SetupGuide(
        [
            Step(
                str(kind.title),
                str(kind.why),
                str(kind.action),
                kind.url,
                kind.minutes,
                done[kind.fact],
                kind.is_required and kind.fact not in needless,
            )
            for kind in _KINDS
        ]
    )
