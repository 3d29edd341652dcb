"""Keep files that are sold, grant them to buyers, count what is taken, close what is over."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.files.storage import storages
from django.db import transaction
from django.db.models import F, Max
from django.utils import translation
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.ids import new_token
from core.outbox.services import enqueue
from core.tenancy import current_tenant
from integrations.mail.services import send_mail
from storefront.catalog.errors import ProductNotFound
from storefront.catalog.locks import lock_product
from storefront.catalog.models import BundleItem, DigitalFile, ProductVariant
from storefront.catalog.services import refresh_product_summary
from storefront.downloads.errors import DownloadNotFound, DownloadRefused, FileRefused
from storefront.downloads.models import DownloadGrant
from storefront.downloads.selectors import is_open
from storefront.downloads.tokens import is_token
from storefront.orders.locks import lock_order
from storefront.orders.models import Order
from storefront.orders.services import deliver_files
from tenants.fleet.services.room import require_room
from tenants.selectors import store_url

MAXIMUM_BYTES = 200 * 1024 * 1024
MAXIMUM_FILES = 20
DAYS = 30
LIMIT = 5
MOST = 1000
LONGEST_DAYS = 3650
# A download that broke off may go on for so long without being counted again.
RESUMABLE = timedelta(hours=6)
LONGEST_NAME = 120
MAIL = "storefront.downloads.mail_files"


def add_file(*, variant_id: int, file: Any, now: datetime) -> DigitalFile:
    """Keep a file that buyers of a variant get; the variant is sold without delivery, and uncounted unless
    a count was typed.

    Raises: FileRefused, StorageFull, ProductNotFound; nothing is kept then.
    """
    name, size = safe_name(file.name or ""), int(file.size)
    if not 0 < size <= MAXIMUM_BYTES:
        raise FileRefused(
            _("A file to download has between 1 byte and %(most)s MB.") % {"most": MAXIMUM_BYTES // (1024 * 1024)},
            field="files",
        )
    require_room(tenant=current_tenant(), bytes_count=size)
    path = storages["private"].save(f"digital/{new_token()}", file)
    try:
        with transaction.atomic():
            variant = ProductVariant.objects.filter(pk=variant_id).first()
            if variant is None:
                raise ProductNotFound(_("This product is gone. Somebody may have deleted it a moment ago."))
            lock_product(variant.product_id)
            rows = DigitalFile.objects.filter(variant_id=variant_id)
            if rows.count() >= MAXIMUM_FILES:
                raise FileRefused(_("There are at most %(most)s files.") % {"most": MAXIMUM_FILES}, field="files")
            if BundleItem.objects.filter(bundle_id=variant_id).exists():
                raise FileRefused(_("A set has no files of its own. Add them to its parts."), field="files")
            last = rows.aggregate(last=Max("position"))["last"] or 0
            # A file never runs out: only a count that somebody has typed goes on counting.
            counts = variant.tracks_stock and variant.available_count > 0
            ProductVariant.objects.filter(pk=variant_id).update(requires_shipping=False, tracks_stock=counts)
            refresh_product_summary([variant.product_id])
            return DigitalFile.objects.create(
                variant_id=variant_id, position=last + 1, path=path, filename=name, bytes_count=size, created_at=now
            )
    except Exception:
        storages["private"].delete(path)
        raise


def remove_file(*, file_id: int) -> None:
    """Take a file away, with the links that buyers have to it; its bytes go when the transaction has committed."""
    with transaction.atomic():
        row = DigitalFile.objects.filter(pk=file_id).first()
        if row is None:
            return
        path = row.path
        row.delete()
        transaction.on_commit(lambda: storages["private"].delete(path))


def set_terms(*, variant_ids: Iterable[int], days: int | None, downloads: int | None) -> None:
    """Say for how many days and how often buyers from now on may load down each file of these variants.

    None is what holds for all. Links that somebody has keep what they were given.
    Raises: FileRefused.
    """
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        words = _("Links are open for between 1 and %(most)s days.") % {"most": LONGEST_DAYS}
        raise FileRefused(words, field="days")
    if downloads is not None and not 1 <= downloads <= MOST:
        words = _("A file can be loaded down between 1 and %(most)s times.") % {"most": MOST}
        raise FileRefused(words, field="downloads")
    rows = DigitalFile.objects.filter(variant_id__in=list(variant_ids))
    rows.update(link_days=days, link_downloads=downloads)


def safe_name(text: str) -> str:
    """Return a file's name without folders, control characters and what a header or a shell could trip over."""
    name = unicodedata.normalize("NFC", text).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(" " if unicodedata.category(letter) in ("Cc", "Cf", "Zl", "Zp", "Cs") else letter for letter in name)
    name = re.sub(r'[<>:"|?*;%]', " ", name)
    name = " ".join(name.split()).strip(". ")
    stem, dot, ending = name.rpartition(".")
    if dot and len(ending) <= 10:
        return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
    return name[:LONGEST_NAME] or "file"


def grant_files(*, order_id: int, now: datetime) -> int:
    """Let the buyer of a paid order load its files down, tell by mail, and return how many were granted anew.

    Of a set the files of its parts are granted. Lines that are files and nothing else count as sent from then on: what is
    neither a file nor a parcel, such as a lesson, stays for the merchant to do. Doing it twice grants nothing twice.
    """
    with transaction.atomic():
        lines = list(Order.objects.get(pk=order_id).lines.exclude(variant=None).order_by("pk"))
        parts: dict[int, list[int]] = {}
        variant_ids = [line.variant_id for line in lines]
        for bundle_id, part_id in BundleItem.objects.filter(bundle_id__in=variant_ids).values_list(
            "bundle", "component"
        ):
            parts.setdefault(bundle_id, []).append(part_id)
        wanted = [
            (line, variant_id) for line in lines for variant_id in parts.get(line.variant_id or 0, [line.variant_id])
        ]
        files: dict[int, list[DigitalFile]] = {}
        for file in DigitalFile.objects.filter(variant_id__in=[pk for _line, pk in wanted]).order_by("position", "pk"):
            files.setdefault(file.variant_id, []).append(file)
        if not files:
            return 0
        before = DownloadGrant.objects.filter(order_id=order_id).count()
        DownloadGrant.objects.bulk_create(
            [
                DownloadGrant(
                    order_id=order_id,
                    order_line=line,
                    file=file,
                    nonce=new_token(),
                    downloads_limit=min((file.link_downloads or LIMIT) * line.quantity, MOST),
                    expires_at=_ends_at(file, now),
                    created_at=now,
                )
                for line, variant_id in wanted
                for file in files.get(variant_id or 0, [])
            ],
            ignore_conflicts=True,
        )
        made = DownloadGrant.objects.filter(order_id=order_id).count() - before
        if made:
            enqueue(task=MAIL, kwargs={"order_id": order_id})
        whole = [
            line.pk
            for line in lines
            if not line.requires_shipping
            and all(pk in files for pk in parts.get(line.variant_id or 0, [line.variant_id or 0]))
        ]
        deliver_files(order_id=order_id, line_ids=whole, actor="system", now=now)
    return made


def revoke_order(*, order_id: int, now: datetime) -> None:
    """Close the links of an order.

    Raises: OrderNotFound.
    """
    with transaction.atomic():
        lock_order(order_id)
        DownloadGrant.objects.filter(order_id=order_id, revoked_at__isnull=True).update(revoked_at=now)


def get_grant(*, grant_id: int, token: str) -> DownloadGrant:
    """Return what an address opens, over or not.

    Raises: DownloadNotFound for an address that never was right.
    """
    grant = DownloadGrant.objects.select_related("file", "order").filter(pk=grant_id).first()
    if grant is None or not is_token(token, grant_id=grant.pk, nonce=grant.nonce):
        raise DownloadNotFound(_("There is no such download. Open the link from your order again."))
    return grant


def take_download(*, grant_id: int, token: str, is_start: bool, now: datetime) -> DigitalFile:
    """Return the file that an address opens, after counting a download that begins.

    One that goes on where it broke off is not counted, as long as a counted one began not long ago.
    Raises: DownloadNotFound for an address that never was right; DownloadRefused for one that is over.
    """
    grant = get_grant(grant_id=grant_id, token=token)
    if not is_open(grant, now=now):
        raise DownloadRefused(_("This link has ended. Ask the shop, it can open it again."))
    if not is_start and grant.started_at is not None and now - grant.started_at < RESUMABLE:
        return grant.file
    counted = DownloadGrant.objects.filter(
        pk=grant.pk, nonce=grant.nonce, revoked_at__isnull=True, downloads_count__lt=F("downloads_limit")
    ).update(downloads_count=F("downloads_count") + 1, started_at=now)
    if not counted:
        raise DownloadRefused(_("This file was loaded down as often as it may be. Ask the shop, it can open it again."))
    return grant.file


def reset_downloads(*, order_id: int, now: datetime) -> int:
    """Give the buyer of an order new links with their whole number and time, and return how many.

    Raises: OrderNotFound.
    """
    with transaction.atomic():
        lock_order(order_id)
        held = DownloadGrant.objects.select_for_update(of=("self",)).select_related("file")
        rows = list(held.filter(order_id=order_id).order_by("pk"))
        for row in rows:
            row.nonce, row.downloads_count, row.started_at, row.revoked_at = new_token(), 0, None, None
            row.expires_at = _ends_at(row.file, now)
        DownloadGrant.objects.bulk_update(rows, ["nonce", "downloads_count", "started_at", "revoked_at", "expires_at"])
        if rows:
            enqueue(task=MAIL, kwargs={"order_id": order_id})
    return len(rows)


def mail_files(*, order_id: int, now: datetime) -> bool:
    """Tell the buyer where their files are; return whether a mail went out."""
    order = Order.objects.get(pk=order_id)
    rows = [
        row
        for row in DownloadGrant.objects.filter(order_id=order_id).select_related("file", "order").order_by("pk")
        if is_open(row, now=now)
    ]
    if not order.email or not rows:
        return False
    lasting = [(row.expires_at - now).days + 1 for row in rows]
    tenant = current_tenant()
    prefix = "" if order.language == tenant.language else f"/{order.language}"
    with translation.override(order.language):
        return send_mail(
            to=order.email,
            subject=ngettext("Your file is ready", "Your %(num)s files are ready", len(rows)) % {"num": len(rows)},
            template="downloads/email/files",
            context={
                "order": order,
                "files": [(row.file, days) for row, days in zip(rows, lasting, strict=True)],
                "days": lasting[0] if len(set(lasting)) == 1 else None,
                "sender_name": tenant.name,
                "action_url": store_url(tenant, f"{prefix}/orders/{order.token}/") + "#downloads",
                "action_label": gettext("Open your files"),
                "footer_note": gettext("Questions? Answer this mail."),
            },
            language=order.language,
            from_name=tenant.name,
            reply_to=tenant.contact_email,
        )


def _ends_at(file: DigitalFile, now: datetime) -> datetime:
    return now + timedelta(days=file.link_days or DAYS)
