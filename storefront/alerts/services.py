"""Remember who wants to know, tell them once, forget them when they say so."""

import hmac
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.ids import new_token
from core.outbox.services import enqueue
from core.tenancy import current_schema, current_tenant
from integrations.mail.services import send_mail
from storefront.alerts.errors import AlertNotFound, AlertRefused
from storefront.alerts.models import StockAlert
from storefront.catalog.enums import ProductStatus
from storefront.catalog.models import ProductVariant
from storefront.catalog.translations import say
from tenants.selectors import store_url

TASK = "storefront.alerts.send_waiting"
BATCH = 50


def ask_to_be_told(*, variant_id: int, email: str, language: str, now: datetime) -> bool:
    """Remember that somebody wants to know when a variant is back; False when they are remembered already.

    Raises: AlertRefused.
    """
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise AlertRefused(
            _("This is not an e-mail address. It should look like maya@example.com."), field="email"
        ) from error
    if len(email) > 254:
        raise AlertRefused(_("This is longer than %(most)s characters.") % {"most": 254}, field="email")
    try:
        with transaction.atomic():
            StockAlert.objects.create(
                variant_id=variant_id, email=email, language=language, nonce=new_token(), created_at=now
            )
    except IntegrityError:
        return False
    return True


def ask_for_mails(*, variant_ids: Iterable[int]) -> None:
    """Ask for the mails of those of these variants that somebody waits for."""
    waiting = StockAlert.objects.filter(variant_id__in=list(variant_ids), sent_at=None)
    for variant_id in sorted(set(waiting.values_list("variant_id", flat=True))):
        enqueue(task=TASK, kwargs={"variant_id": variant_id})


def ask_for_mails_of_products(*, product_ids: Iterable[int]) -> None:
    """Ask for the mails of versions of these products that can be bought now and that somebody waits for."""
    rows = StockAlert.objects.filter(variant__product_id__in=list(product_ids), sent_at=None).select_related("variant")
    ask_for_mails(variant_ids={row.variant_id for row in rows.distinct() if row.variant.is_buyable})


def send_waiting(*, variant_id: int, now: datetime) -> int:
    """Write to everybody who waits for a variant, who asked first first, and return how many mails went out.

    Each row is taken in a transaction of its own with its mail: a second task skips it, a mail that was refused or withheld
    leaves it waiting.
    Nothing is sent while the variant cannot be bought: it sold out again meanwhile.
    """
    sent, kept = 0, set[int]()
    while True:
        with transaction.atomic():
            variant = ProductVariant.objects.select_related("product").filter(pk=variant_id).first()
            if variant is None or not variant.is_buyable or variant.product.status != ProductStatus.ACTIVE:
                return sent
            waiting = StockAlert.objects.select_for_update(skip_locked=True).filter(variant_id=variant_id, sent_at=None)
            alert = waiting.exclude(pk__in=kept).order_by("created_at", "pk").first()
            if alert is None:
                return sent
            if _send(alert, variant):
                alert.sent_at = now
                alert.save(update_fields=["sent_at"])
                sent += 1
            else:
                kept.add(alert.pk)


def get_alert(*, alert_id: int, token: str) -> StockAlert:
    """Return the wish that an address in a mail names.

    Raises: AlertNotFound.
    """
    alert = StockAlert.objects.filter(pk=alert_id).first()
    if alert is None or not hmac.compare_digest(token.encode(), make_token(alert).encode()):
        raise AlertNotFound(
            _("This link is not right any more. You are on no list of ours, or it was taken back already.")
        )
    return alert


def stop_telling(*, alert_id: int, token: str) -> None:
    """Forget somebody who followed the link in their mail: this wish and all others of the same address.

    Raises: AlertNotFound.
    """
    StockAlert.objects.filter(email=get_alert(alert_id=alert_id, token=token).email).delete()


def forget_person(*, email: str) -> int:
    """Delete everything that an address has asked for, and return how many wishes that were."""
    return StockAlert.objects.filter(email=email.strip().lower()).delete()[0]


def move_person(*, old: str, new: str) -> None:
    """Ask on behalf of one address for what another one waits for; what both wait for is one mail."""
    theirs = StockAlert.objects.filter(email=old)
    waiting = StockAlert.objects.filter(email=new, sent_at=None, variant=OuterRef("variant"))
    theirs.filter(Exists(waiting), sent_at=None).delete()
    theirs.update(email=new)


def make_token(alert: StockAlert) -> str:
    """Return what the address that ends a wish carries."""
    text = f"alerts\0{current_schema()}\0{alert.pk}\0{alert.nonce}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), text, sha256).hexdigest()[:40]


def _send(alert: StockAlert, variant: ProductVariant) -> bool:
    tenant = current_tenant()
    prefix = "" if alert.language == tenant.language else f"/{alert.language}"
    with translation.override(alert.language):
        product = variant.product
        title = f"{say(product, 'title')}, {variant.title}" if variant.title else str(say(product, "title"))
        stop = reverse("alert_stop", args=[alert.pk, make_token(alert)])
        return send_mail(
            to=alert.email,
            subject=gettext("%(title)s is back") % {"title": title},
            template="alerts/email/back",
            context={
                "title": title,
                "sender_name": tenant.name,
                "action_url": store_url(tenant, f"{prefix}/products/{product.handle}/?variant={variant.pk}"),
                "action_label": gettext("See it in the shop"),
                "stop_url": store_url(tenant, stop if stop.startswith(prefix or "/") else f"{prefix}{stop}"),
                "footer_note": gettext("You asked for this one mail. You get no other because of it."),
            },
            language=alert.language,
            from_name=tenant.name,
            reply_to=tenant.contact_email,
        )
