"""Kinds of goods that are taxed in their own way. The standard one needs no row."""

import logging
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.ids import new_token
from core.spelling import spell_plainly
from core.text import one_line
from storefront.catalog.errors import TaxClassRefused
from storefront.catalog.models import ProductVariant, TaxClass

NAME_LENGTH, CODE_LENGTH, MAXIMUM_CLASSES = 120, 40, 50

logger = logging.getLogger(__name__)


def save_tax_class(*, name: str, actor: str, now: datetime, tax_class_id: int | None = None) -> TaxClass:
    """Make a tax class or give one another name; its code comes from the first name and stays.

    Raises: TaxClassRefused.
    """
    clean = " ".join(one_line(name).split())
    if not clean or len(clean) > NAME_LENGTH:
        raise TaxClassRefused(_("Give the tax class a name of up to 120 characters."), field="name")
    with transaction.atomic():
        if tax_class_id is not None:
            row = TaxClass.objects.select_for_update().filter(pk=tax_class_id).first()
            if row is None:
                raise TaxClassRefused(_("This tax class is gone. Choose another one."), field="name")
        else:
            if TaxClass.objects.count() >= MAXIMUM_CLASSES:
                raise TaxClassRefused(_("A store has at most 50 tax classes."), field="name")
            row = TaxClass(code=_free_code(clean))
        row.name = clean
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError as error:
            raise TaxClassRefused(_("Somebody else is making the same one. Try once more."), field="name") from error
    logger.info("tax class %s saved by %s", row.pk, actor)
    return row


def ensure_tax_class(*, code: str, name: str) -> TaxClass:
    """Return the tax class with this code, made under this name where there is none."""
    return TaxClass.objects.get_or_create(code=code, defaults={"name": name})[0]


def delete_tax_class(*, tax_class_id: int, actor: str, now: datetime) -> str:
    """Delete a tax class that no goods are in and return its name.

    Raises: TaxClassRefused.
    """
    with transaction.atomic():
        row = TaxClass.objects.select_for_update().filter(pk=tax_class_id).first()
        if row is None:
            raise TaxClassRefused(_("This tax class is gone. Choose another one."))
        held = ProductVariant.objects.filter(tax_class=row).count()
        if held:
            words = ngettext(
                "%(n)s version is in “%(name)s”. Give it another tax class first.",
                "%(n)s versions are in “%(name)s”. Give them another tax class first.",
                held,
            )
            raise TaxClassRefused(words % {"n": held, "name": row.name})
        row.delete()
    logger.info("tax class %s deleted by %s", tax_class_id, actor)
    return row.name


def _free_code(name: str) -> str:
    base = spell_plainly(name)[: CODE_LENGTH - 4].strip("-") or f"class-{new_token()[:8]}"
    taken = {"standard", *TaxClass.objects.filter(code__startswith=base).values_list("code", flat=True)}
    if base not in taken:
        return base
    return next(code for number in range(2, 1000) if (code := f"{base}-{number}") not in taken)
