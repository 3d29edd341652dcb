"""Change the ways of delivery: what they are called, what they cost, how long they take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.money import MAX_AMOUNT, is_currency
from storefront.inventory.models import Warehouse
from storefront.shipping.enums import Basis, MethodKind
from storefront.shipping.errors import MethodNotFound, RateRefused, ZoneNotFound
from storefront.shipping.locks import lock_delivery
from storefront.shipping.models import ShippingBand, ShippingMethod, ShippingZone

MAXIMUM_DAYS = 120
MAXIMUM_METHODS = 20
MAXIMUM_STEPS = 20
MAXIMUM_GRAMS = 10**8
LENGTHS = {"name": 120, "text": 200, "hours": 200}
Amounts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Step:
    """A price up to a weight (grams, inclusive) or an order's value (minor units, exclusive); without `up_to` it has no end."""

    up_to: int | None
    amount: int
    amounts: Amounts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MethodDraft:
    """A way of delivery as a merchant wants it; amounts are minor units, `…amounts` those by hand in other currencies.

    `translations` has name, text and hours by language. A pickup names a warehouse and no zone.
    """

    name: str
    price_amount: int = 0
    free_over_amount: int | None = None
    minimum_days: int = 2
    maximum_days: int = 5
    zone_id: int | None = None
    warehouse_id: int | None = None
    text: str = ""
    hours: str = ""
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    basis: str = Basis.FLAT
    steps: Sequence[Step] = ()
    amounts: Amounts = field(default_factory=dict)
    free_over_amounts: Amounts = field(default_factory=dict)
    is_active: bool = True


def save_method(*, method_id: int | None, draft: MethodDraft) -> ShippingMethod:
    """Change a way of delivery, or add one when `method_id` is None; a change keeps its zone or warehouse unless one is named.

    Raises: RateRefused, MethodNotFound, ZoneNotFound.
    """
    steps = (
        [] if draft.basis == Basis.FLAT else sorted(draft.steps, key=lambda one: (one.up_to is None, one.up_to or 0))
    )
    values = _values(draft)
    _check(draft, steps)
    with transaction.atomic():
        lock_delivery()
        if method_id is None:
            method = _new(draft)
        else:
            method = _find(method_id)
            if draft.warehouse_id is not None and method.kind == MethodKind.PICKUP:
                method.warehouse = _warehouse(draft.warehouse_id)
        if not draft.is_active:
            _refuse_last(
                method, _("This is the only way of delivery that is on. Shoppers could not check out without it.")
            )
        for name, value in values.items():
            setattr(method, name, value)
        method.save()
        method.bands.all().delete()
        ShippingBand.objects.bulk_create(
            ShippingBand(method=method, up_to=one.up_to, amount=one.amount, amounts=dict(one.amounts)) for one in steps
        )
    return method


def remove_method(*, method_id: int) -> str:
    """Take a way of delivery away and return its name; orders keep it.

    Raises: MethodNotFound; RateRefused for the last one, because nobody could check out without one.
    """
    with transaction.atomic():
        lock_delivery()
        method = _find(method_id)
        _refuse_last(method, _("This is the only way of delivery. Shoppers could not check out without it."))
        name = method.name
        method.delete()
    return name


def move_method(*, method_id: int) -> ShippingMethod:
    """Put a way of delivery before the one above it; the first one is chosen where the shopper chooses none.

    Raises: MethodNotFound.
    """
    with transaction.atomic():
        lock_delivery()
        method = _find(method_id)
        beside = list(ShippingMethod.objects.filter(zone=method.zone, kind=method.kind).order_by("position", "pk"))
        place = next(index for index, one in enumerate(beside) if one.pk == method.pk)
        beside.insert(max(place - 1, 0), beside.pop(place))
        for position, one in enumerate(beside):
            ShippingMethod.objects.filter(pk=one.pk).exclude(position=position).update(position=position)
    return method


def _new(draft: MethodDraft) -> ShippingMethod:
    if draft.warehouse_id is not None:
        beside = ShippingMethod.objects.filter(zone__isnull=True).count()
        method = ShippingMethod(kind=MethodKind.PICKUP, warehouse=_warehouse(draft.warehouse_id), position=beside)
    else:
        zone = ShippingZone.objects.filter(pk=draft.zone_id or 0).first()
        if zone is None:
            raise ZoneNotFound(_("There is no such zone. It may have been removed."))
        beside = zone.methods.count()
        method = ShippingMethod(zone=zone, position=beside)
    if beside >= MAXIMUM_METHODS:
        raise RateRefused(_("A zone has at most %(most)s ways of delivery.") % {"most": MAXIMUM_METHODS})
    return method


def _find(method_id: int) -> ShippingMethod:
    method = ShippingMethod.objects.filter(pk=method_id).first()
    if method is None:
        raise MethodNotFound(_("There is no such way of delivery. It may have been removed."))
    return method


def _warehouse(warehouse_id: int) -> Warehouse:
    warehouse = Warehouse.objects.filter(pk=warehouse_id).first()
    if warehouse is None:
        raise RateRefused(_("There is no such warehouse. It may have been removed."), field="warehouse_id")
    return warehouse


def _refuse_last(method: ShippingMethod, reason: str | Promise) -> None:
    if not ShippingMethod.objects.filter(is_active=True).exclude(pk=method.pk).exists():
        raise RateRefused(reason)


def _values(draft: MethodDraft) -> dict[str, Any]:
    texts = {key: " ".join(getattr(draft, key).split()) for key in LENGTHS}
    said = {
        language: {
            key: " ".join(text.split())[: LENGTHS[key]]
            for key, text in words.items()
            if key in LENGTHS and text.strip()
        }
        for language, words in draft.translations.items()
    }
    return {
        **texts,
        "translations": {language: words for language, words in said.items() if words},
        "basis": draft.basis,
        "price_amount": draft.price_amount,
        "amounts": dict(draft.amounts),
        "free_over_amount": draft.free_over_amount,
        "free_over_amounts": {} if draft.free_over_amount is None else dict(draft.free_over_amounts),
        "minimum_days": draft.minimum_days,
        "maximum_days": draft.maximum_days,
        "is_active": draft.is_active,
    }


def _check(draft: MethodDraft, steps: Sequence[Step]) -> None:
    if not 1 <= len(draft.name.strip()) <= LENGTHS["name"]:
        raise RateRefused(_("Give it a name that shoppers understand, such as “Standard delivery”."), field="name")
    for key in ("text", "hours"):
        if len(getattr(draft, key).strip()) > LENGTHS[key]:
            raise RateRefused(_("This is longer than %(most)s characters.") % {"most": LENGTHS[key]}, field=key)
    if draft.basis not in Basis.values:
        raise RateRefused(_("Choose what the price goes by."), field="basis")
    if not _is_amount(draft.price_amount) or not _are_amounts(draft.amounts):
        raise RateRefused(_("The price must be 0 or more."), field="price_amount")
    if not _is_amount(draft.free_over_amount or 0) or not _are_amounts(draft.free_over_amounts):
        raise RateRefused(_("“Free from” must be 0 or more, or empty."), field="free_over_amount")
    if not 0 <= draft.minimum_days <= draft.maximum_days <= MAXIMUM_DAYS:
        raise RateRefused(
            _("The days must be whole numbers, the first not larger than the second."), field="minimum_days"
        )
    if draft.basis != Basis.FLAT:
        _check_steps(draft.basis, steps)


def _check_steps(basis: str, steps: Sequence[Step]) -> None:
    """Refuse steps of which one could not be told which price holds; in order they have no gaps, each begins where one ends."""
    if not steps:
        raise RateRefused(_("Write at least one price."), field="steps")
    if len(steps) > MAXIMUM_STEPS:
        raise RateRefused(_("A price has at most %(most)s steps.") % {"most": MAXIMUM_STEPS}, field="steps")
    ends = [one.up_to for one in steps]
    if len(set(ends)) < len(ends):
        twice = _("Two prices end at the same point. Give each its own, and leave one of them empty at most.")
        raise RateRefused(twice, field="steps")
    most = MAXIMUM_GRAMS if basis == Basis.WEIGHT else MAX_AMOUNT
    if any(end is not None and not 0 < end <= most for end in ends):
        raise RateRefused(_("A step must end above 0."), field="steps")
    if not all(_is_amount(one.amount) and _are_amounts(one.amounts) for one in steps):
        raise RateRefused(_("The price must be 0 or more."), field="steps")


def _is_amount(amount: int) -> bool:
    return 0 <= amount <= MAX_AMOUNT


def _are_amounts(amounts: Amounts) -> bool:
    return all(is_currency(code) and _is_amount(amount) for code, amount in amounts.items())
