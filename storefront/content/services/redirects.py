"""Old addresses lead to new ones: in one step, never in a circle."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core.events import publish
from storefront.content.enums import Origin
from storefront.content.errors import RedirectRefused
from storefront.content.events import ContentChanged
from storefront.content.models import Redirect
from storefront.content.paths import check_from, check_to, normalize

MOST_REDIRECTS = 20_000
MOST_ROWS = 5_000
_LANGUAGES: Final = frozenset(code for code, _name in settings.LANGUAGES)


@dataclass(frozen=True, slots=True)
class ImportedRedirects:
    """How many rows of a file were written, and what is wrong with the others: (row, words)."""

    written: int
    errors: list[tuple[int, str]] = field(default_factory=list)


def add_redirect(*, from_path: str, to_path: str, now: datetime, origin: Origin = Origin.MERCHANT) -> Redirect:
    """Lead an old path somewhere else, in place of where it led before; paths that led to it follow.

    Raises: RedirectRefused.
    """
    old, new = check_from(from_path, languages=_LANGUAGES), check_to(to_path)
    with transaction.atomic():
        Redirect.objects.select_for_update().filter(from_path__in=[old, new]).count()
        # Where the new address is itself an old one, lead on to where that one leads.
        further = Redirect.objects.filter(from_path=normalize(new)).values_list("to_path", flat=True).first()
        new = further or new
        if normalize(new) == old:
            raise RedirectRefused(_("These two would lead to each other in a circle."), field="to_path")
        if not Redirect.objects.filter(from_path=old).exists() and Redirect.objects.count() >= MOST_REDIRECTS:
            raise RedirectRefused(_("A store keeps at most %(count)s redirects.") % {"count": MOST_REDIRECTS})
        redirect, _made = Redirect.objects.update_or_create(
            from_path=old, defaults={"to_path": new, "origin": origin, "created_at": now}
        )
        Redirect.objects.filter(to_path=old).exclude(pk=redirect.pk).update(to_path=new)
        publish(ContentChanged())
    return redirect


def follow_rename(*, old_path: str, new_path: str, now: datetime) -> None:
    """Lead a page's old address to its new one; the new one is a page now and leads nowhere else."""
    if normalize(old_path) == normalize(new_path):
        return
    with transaction.atomic():
        Redirect.objects.filter(from_path=normalize(new_path)).delete()
        add_redirect(from_path=old_path, to_path=new_path, now=now, origin=Origin.RENAMED)


def delete_redirects(*, ids: Sequence[int]) -> int:
    """Delete redirects and return how many there were; old addresses are then not found."""
    with transaction.atomic():
        gone, _by_table = Redirect.objects.filter(pk__in=list(ids)).delete()
        publish(ContentChanged())
    return gone


def import_redirects(*, text: str, now: datetime) -> ImportedRedirects:
    """Write the rows of a table with two columns, old and new address; a first row of headings is left out.

    Rows that are wrong are left out and named; the others are written, by the same rules as one by hand.
    Raises: RedirectRefused for what is no table and for more than MOST_ROWS rows.
    """
    rows = _read_table(text)
    errors: list[tuple[int, str]] = []
    with transaction.atomic():
        book = _Book(Redirect.objects.select_for_update().order_by("pk"), now=now)
        for number, row in enumerate(rows, start=1):
            if number == 1 and not row[0].strip().startswith("/"):
                continue
            try:
                if len(row) < 2:
                    raise RedirectRefused(_("A row needs two addresses: the old one and the new one."))
                book.put(check_from(row[0], languages=_LANGUAGES), check_to(row[1]))
            except RedirectRefused as error:
                errors.append((number, str(error)))
        written = book.save()
        if written:
            publish(ContentChanged())
    return ImportedRedirects(written, errors)


class _Book:
    """All redirects of a store in memory, so that a file of thousands asks the database a few times."""

    def __init__(self, rows: Iterable[Redirect], *, now: datetime) -> None:
        self.now = now
        self.rows = {row.from_path: row for row in rows}
        self.leading_to: dict[str, set[str]] = {}
        for row in self.rows.values():
            self.leading_to.setdefault(row.to_path, set()).add(row.from_path)
        self.put_paths: set[str] = set()
        self.moved: set[str] = set()

    def put(self, old: str, new: str) -> None:
        """Lead an old path somewhere else; paths that led to it follow. Raises: RedirectRefused."""
        further = self.rows.get(normalize(new))
        new = further.to_path if further else new
        if normalize(new) == old:
            raise RedirectRefused(_("These two would lead to each other in a circle."), field="to_path")
        if old not in self.rows and len(self.rows) >= MOST_REDIRECTS:
            raise RedirectRefused(_("A store keeps at most %(count)s redirects.") % {"count": MOST_REDIRECTS})
        row = self.rows.setdefault(old, Redirect(from_path=old))
        row.origin, row.created_at = Origin.MERCHANT, self.now
        self.put_paths.add(old)
        for path in [old, *self.leading_to.pop(old, ())]:
            self._lead(path, new)

    def save(self) -> int:
        """Write what is new and what was changed; return how many rows the file put."""
        touched = [self.rows[path] for path in self.put_paths | self.moved]
        known = [row for row in touched if row.pk is not None]
        Redirect.objects.bulk_create([row for row in touched if row.pk is None], batch_size=1000)
        Redirect.objects.bulk_update(known, ["to_path", "origin", "created_at"], batch_size=1000)
        return len(self.put_paths)

    def _lead(self, path: str, new: str) -> None:
        row = self.rows[path]
        self.leading_to.get(row.to_path, set()).discard(path)
        row.to_path = new
        self.leading_to.setdefault(new, set()).add(path)
        self.moved.add(path)


def _read_table(text: str) -> list[list[str]]:
    rows = []
    try:
        for row in csv.reader(io.StringIO(text.lstrip("\ufeff"))):
            if any(cell.strip() for cell in row):
                rows.append(row)
            if len(rows) > MOST_ROWS:
                raise RedirectRefused(_("A file may hold at most %(count)s rows.") % {"count": MOST_ROWS}, field="file")
    except csv.Error as error:
        raise RedirectRefused(
            _("This is no table of text. Save it as CSV and choose it again."), field="file"
        ) from error
    return rows
