"""What a merchant says about search: words that mean the same or have a page, and which filters are shown."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from storefront.search.errors import LeadRefused, SynonymRefused
from storefront.search.facets import KINDS
from storefront.search.leads import read_path
from storefront.search.locks import lock_settings
from storefront.search.models import SearchLead, SearchSettings, Synonym, SynonymTerm
from storefront.search.selectors.leads import fold
from storefront.search.words import all_of, query_words

MOST_SYNONYMS, MOST_TERMS, LONGEST_TERM, MOST_LEADS = 500, 20, 60, 500

logger = logging.getLogger(__name__)


def save_synonym(
    *, terms: Sequence[str], meanings: Sequence[str], actor: str, now: datetime, synonym_id: int | None = None
) -> Synonym:
    """Keep words that mean the same: both ways, or with `meanings` only from the terms to them.

    Raises: SynonymRefused.
    """
    terms, meanings = _clean(terms, "terms"), _clean(meanings, "meanings")
    if not terms or (not meanings and len(terms) < 2):
        raise SynonymRefused(
            _("Write at least two words that mean the same, with a comma between them."), field="terms"
        )
    with transaction.atomic():
        lock_settings()
        row = Synonym.objects.filter(pk=synonym_id).first() if synonym_id else None
        if row is None:
            if Synonym.objects.count() >= MOST_SYNONYMS:
                raise SynonymRefused(_("There are %(count)s already. Take one away first.") % {"count": MOST_SYNONYMS})
            row = Synonym(created_at=now)
        row.terms, row.meanings = list(terms), list(meanings)
        row.save()
        write_terms()
    logger.info("synonym %s saved by %s", row.pk, actor)
    return row


def remove_synonym(*, synonym_id: int, actor: str) -> None:
    """Forget what somebody said about words; one that is gone already is no error."""
    with transaction.atomic():
        lock_settings()
        Synonym.objects.filter(pk=synonym_id).delete()
        write_terms()
    logger.info("synonym %s removed by %s", synonym_id, actor)


def save_lead(*, texts: Sequence[str], path: str, hosts: frozenset[str], actor: str, now: datetime) -> int:
    """Lead whoever searches for one of these words to a page of the store, and return how many words there are.

    Words that led elsewhere lead here from now on. `hosts` are the store's own, for an address that was pasted whole.
    Raises: LeadRefused.
    """
    target = read_path(path, hosts=hosts)
    words = {fold(text): text for text in _clean(texts, "terms")}
    if not words:
        raise LeadRefused(_("Write what shoppers type."), field="terms")
    with transaction.atomic():
        lock_settings()
        if SearchLead.objects.exclude(term__in=words).count() + len(words) > MOST_LEADS:
            raise LeadRefused(_("There are %(count)s already. Take one away first.") % {"count": MOST_LEADS})
        for term, text in words.items():
            values = {"text": text, "path": target, "created_at": now}
            SearchLead.objects.update_or_create(term=term, defaults=values)
    logger.info("searches for %s words lead to %s, said by %s", len(words), target, actor)
    return len(words)


def remove_lead(*, lead_id: int, actor: str) -> None:
    """Let a search be a search again; one that is gone already is no error."""
    SearchLead.objects.filter(pk=lead_id).delete()
    logger.info("lead %s removed by %s", lead_id, actor)


def arrange_filters(*, layout: Iterable[tuple[str, bool]], actor: str) -> SearchSettings:
    """Keep the order of the filters, and which are shown; kinds that are not named come last, as usual."""
    with transaction.atomic():
        row = lock_settings()
        row.filters = [{"key": key, "is_shown": is_shown} for key, is_shown in dict(layout).items() if key in KINDS]
        row.save()
    logger.info("filters arranged by %s", actor)
    return row


def write_terms() -> None:
    """Write what every term stands for anew, from what merchants said; nothing else writes it."""
    literals: dict[str, list[str]] = {}
    for terms, meanings in Synonym.objects.order_by("pk").values_list("terms", "meanings"):
        for term in map(str, terms):
            key = fold(term)
            others = meanings or [other for other in terms if other != term]
            for other in map(str, others):
                if key and (literal := all_of(query_words(other))):
                    literals.setdefault(key, []).append(f"({literal})")
    SynonymTerm.objects.all().delete()
    SynonymTerm.objects.bulk_create(
        [
            SynonymTerm(term=term, literal=f"({' | '.join(found[:MOST_TERMS])})")
            for term, found in sorted(literals.items())
        ]
    )


def _clean(texts: Sequence[str], field: str) -> list[str]:
    """Return the words folded to one line, each once.

    Raises: SynonymRefused for too many, for one too long, for one without letters or digits.
    """
    found = list(dict.fromkeys(filter(None, (" ".join(text.replace("\0", " ").split()) for text in texts))))
    if len(found) > MOST_TERMS:
        raise SynonymRefused(_("Too many words at once: up to %(count)s.") % {"count": MOST_TERMS}, field=field)
    for text in found:
        if len(text) > LONGEST_TERM:
            raise SynonymRefused(_("“%(text)s” is too long.") % {"text": text[:40]}, field=field)
        if not query_words(text):
            raise SynonymRefused(_("“%(text)s” has no letters or digits to search for.") % {"text": text}, field=field)
    return found
