"""What shoppers search for, and what the merchant has said about it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from storefront.search.facets import KINDS
from storefront.search.models import SearchSettings, Synonym

MOST_ROWS = 50
# The words as they were last typed stand for all ways to write them in capitals or with spaces.
_TERMS = """
WITH asked AS (
  SELECT lower(text) AS term, (array_agg(text ORDER BY id DESC))[1] AS text, count(*) AS times,
         (array_agg(results_count ORDER BY id DESC))[1] AS results
    FROM search_searchquery WHERE created_at >= %(since)s GROUP BY lower(text)
), opened AS (
  SELECT lower(text) AS term, count(*) AS clicks, avg(position) AS place
    FROM search_searchclick WHERE created_at >= %(since)s GROUP BY lower(text)
)
SELECT asked.text, times, results, coalesce(clicks, 0), place FROM asked LEFT JOIN opened USING (term)
 WHERE (results > 0) = %(found)s ORDER BY times DESC, asked.term LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Term:
    """What was asked: how often, how much the last time found, how often something was opened and how far down it stood."""

    text: str
    times: int
    results: int
    clicks: int
    place: int | None


@dataclass(frozen=True, slots=True)
class Report:
    """What was asked since a moment: what found something, and what found nothing."""

    searches_count: int
    clicks_count: int
    empty_count: int
    found: list[Term]
    empty: list[Term]

    @property
    def empty_share(self) -> float:
        return self.empty_count / self.searches_count if self.searches_count else 0


def get_report(*, since: datetime) -> Report:
    """Return what was asked since a moment, most often asked first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM search_searchquery WHERE created_at >= %(since)s),"
            " (SELECT count(*) FROM search_searchclick WHERE created_at >= %(since)s),"
            " (SELECT count(*) FROM search_searchquery WHERE created_at >= %(since)s AND results_count = 0)",
            {"since": since},
        )
        searches, clicks, empty = cursor.fetchone()
    return Report(searches, clicks, empty, _terms(since, is_found=True), _terms(since, is_found=False))


def list_synonyms() -> list[Synonym]:
    """Return what the merchant has said about words, newest first."""
    return list(Synonym.objects.order_by("-pk"))


def _terms(since: datetime, *, is_found: bool) -> list[Term]:
    with connection.cursor() as cursor:
        cursor.execute(_TERMS, {"since": since, "found": is_found, "most": MOST_ROWS})
        return [
            Term(text, times, results, clicks, round(place) if place is not None else None)
            for text, times, results, clicks, place in cursor.fetchall()
        ]


def get_layout() -> list[tuple[str, bool]]:
    """Return every kind of filter and whether shoppers see it, in the merchant's order."""
    row = SearchSettings.objects.filter(pk=1).first()
    # What an archive brings may have any shape.
    rows = [one for one in (row.filters if row else []) if isinstance(one, dict)]
    said = {one["key"]: bool(one.get("is_shown", True)) for one in rows if one.get("key") in KINDS}
    return [*said.items(), *((kind, True) for kind in KINDS if kind not in said)]
