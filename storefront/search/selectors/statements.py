"""The statements that list goods, put together from named parts. They hold no value of anybody's, only the names of parameters.

A statement is written once for each shape of a question, so that the server, which keeps its plan, meets the same words again.
Limits stand in the words: where PostgreSQL has to guess them, it makes a plan each time rather than keep one.
"""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from storefront.catalog.conversion import CONVERT_SQL
from storefront.catalog.shown import FIXED_SQL

# Of a question that fits more goods, so many are ranked and counted, and those of the best-sellers that fit.
MOST_RANKED, MOST_FILTERED, MOST_BEST = 200, 5000, 100
VISIBLE = "p.status = 'active' AND (p.published_at IS NULL OR p.published_at <= now())"
_PLAIN = "catalog_product p LEFT JOIN search_searchdocument d ON d.product_id = p.id"
_FOUND = (
    "(SELECT * FROM matches UNION ALL SELECT * FROM popular) AS p CROSS JOIN LATERAL (SELECT p.names, p.facets) AS d"
)
_COLLECTION = " JOIN catalog_collectionproduct cp ON cp.product_id = p.id AND cp.collection_id = %(collection)s"
_FIXED = f"fixed AS MATERIALIZED ({FIXED_SQL}), "
_JOIN_FIXED = " LEFT JOIN fixed ON fixed.product_id = p.id"
# What stands in the title counts ten times what only a letter or a pair of it leads to; what is sold out steps back.
_RANK = "coalesce(ts_rank('{{0.1,0.2,0.4,1.0}}', d.names, (SELECT parts FROM asked)), 0) + 0.001"
_PHRASE = " + CASE WHEN d.names @@ %(phrase)s::tsquery THEN 0.4 ELSE 0 END"
_CODE = " + CASE WHEN d.names @@ %(code)s::tsquery THEN 10 ELSE 0 END"
_SCORE = "({parts}) * CASE WHEN p.is_available THEN 1 ELSE 0.4 END * (1 + ln(1 + greatest(p.sold_count, 0)) / 20)"
# Each reading of the words is a way to understand them: as they are, or two neighbors (or all) as a term with a meaning.
_MATCHES = """parts AS (
  SELECT reading, CASE WHEN w.literal = '' THEN s.literal WHEN s.literal IS NULL THEN w.literal
                       ELSE '(' || w.literal || ' | ' || s.literal || ')' END AS literal
    FROM unnest(%(readings)s::int[], %(words)s::text[], %(literals)s::text[]) AS w (reading, word, literal)
    LEFT JOIN search_synonymterm s ON s.term = w.word
), asked AS MATERIALIZED (
  SELECT (SELECT string_agg(query, ' | ') || %(or_code)s FROM (
          SELECT '(' || string_agg(literal, %(joint)s) || ')' AS query FROM parts GROUP BY reading
          HAVING count(*) = count(literal)) AS readings)::tsquery AS query,
         (SELECT string_agg(DISTINCT literal, ' | ') FROM parts)::tsquery AS parts
), matches AS MATERIALIZED (
  SELECT d.names, d.facets, p.* FROM search_searchdocument d CROSS JOIN LATERAL ({good} = d.product_id OFFSET 0) AS p
   WHERE d.vector @@ (SELECT query FROM asked) LIMIT {most}
), popular AS MATERIALIZED (
  SELECT d.*, p.* FROM (
         SELECT id FROM catalog_product WHERE status = 'active' ORDER BY sold_count DESC, id DESC
          LIMIT (SELECT CASE WHEN count(*) < {most} THEN 0 ELSE {best} END FROM matches)) AS best
   CROSS JOIN LATERAL (SELECT names, facets FROM search_searchdocument
                        WHERE product_id = best.id AND names @@ (SELECT query FROM asked) OFFSET 0) AS d
   CROSS JOIN LATERAL ({good} = best.id OFFSET 0) AS p
   WHERE NOT EXISTS (SELECT FROM matches WHERE matches.id = best.id)
), """
# Each row is looked up by itself: where PostgreSQL guesses that many fit, it would rather read all products.
_GOOD = """SELECT p.id, p.min_price_amount, p.is_available, p.sold_count, p.published_at, p.category_id
                   FROM catalog_product p WHERE {visible} AND p.id"""
# A row knows which filters it fails: none, and it is shown; one, and it counts for that filter's other values; two: dropped.
_HITS = """hits AS MATERIALIZED (
  SELECT *, failing = '{{}}' AS inside, failing[1] AS lone FROM (
    SELECT p.id, {price} AS min_price_amount, p.is_available, p.sold_count, p.published_at, p.category_id,
           {facets} AS facets, {score} AS score, {place} AS place, {failing} AS failing
      FROM {source} WHERE {visible}) AS base
   WHERE cardinality(failing) < 2
)"""
_SUMS = """SELECT count(*) FILTER (WHERE inside) AS total,
       count(*) FILTER (WHERE is_available AND (inside OR lone = 'stock')) AS here,
       min(min_price_amount) FILTER (WHERE inside OR lone = 'price') AS low,
       max(min_price_amount) FILTER (WHERE inside OR lone = 'price') AS high FROM hits"""
_CAPPED = "(SELECT count(*) >= {most} FROM matches) AS is_capped"
_VALUES = """(SELECT json_object_agg(value, n) FROM (
  SELECT value, count(*) AS n FROM hits, unnest(facets) AS value WHERE inside OR starts_with(value, lone || '=')
   GROUP BY value ORDER BY n DESC, value LIMIT 1000) AS counted) AS counts"""
_BRANCHES = """(SELECT json_object_agg(category_id, n) FROM (
  SELECT category_id, count(*) AS n FROM hits WHERE category_id IS NOT NULL AND (inside OR lone = 'category')
   GROUP BY category_id) AS counted) AS categories"""
_CARD = """p.id, p.handle, {title} AS title, {low} AS price_amount, {high} AS max_price_amount, {before} AS compare_at_amount,
       p.cover, p.is_available, p.available_count, p.variants_count, p.rating_sum, p.reviews_count"""
_BEST_HITS = """(SELECT json_agg(card) FROM (
  SELECT {card} FROM (SELECT id, row_number() OVER (ORDER BY {order}) AS nth FROM hits WHERE inside
                       ORDER BY {order} LIMIT {limit} OFFSET %(offset)s) AS top
    JOIN catalog_product p ON p.id = top.id{fixed} ORDER BY top.nth) AS card) AS cards"""
_LIST = "{tables}SELECT row_to_json(answer)::text FROM (SELECT {columns} FROM ({sums}) AS sums) AS answer"
_PAGE = """{tables}SELECT (SELECT json_agg(card) FROM (
  SELECT {card} FROM (SELECT p.*, {place} AS place FROM {source} WHERE {visible}) AS p{fixed}
   ORDER BY {order} LIMIT {limit} OFFSET %(offset)s) AS card)::text"""
ARRANGEMENT = """
SELECT json_build_object(
  'tree', (SELECT json_agg(json_build_array(id, depth, path, handle, {category}) ORDER BY path)
             FROM (SELECT * FROM catalog_category WHERE is_visible ORDER BY path LIMIT 2000) AS c),
  'layout', (SELECT filters FROM search_searchsettings WHERE id = 1),
  'fields', (SELECT json_object_agg('field.' || key, {field} ORDER BY position, id)
               FROM catalog_customfield AS f WHERE is_filter AND owner IN ('product', 'variant')))::text
"""


class Pricing(Enum):
    """Prices of the store's own, converted ones, or converted ones among which some were set by hand."""

    OWN = 1
    CONVERTED = 2
    FIXED = 3


@dataclass(frozen=True, slots=True)
class Shape:
    """What a statement's words depend on, apart from values. `groups` are chosen filters; "category" is the tree."""

    order: str = ""
    has_words: bool = False
    has_phrase: bool = False
    has_code: bool = False
    groups: tuple[str, ...] = ()
    has_price: bool = False
    in_stock: bool = False
    in_collection: bool = False
    in_category: bool = False
    in_language: bool = False
    with_counts: bool = True
    pricing: Pricing = Pricing.OWN
    per_page: int = 24

    @property
    def most(self) -> int:
        """Return how many goods that have the words are looked at: more where filters leave few, or the cheapest comes first."""
        return MOST_RANKED if self.order.startswith("score") and not self.has_filters else MOST_FILTERED

    @property
    def has_filters(self) -> bool:
        return bool(self.groups or self.has_price or self.in_stock)


@lru_cache(maxsize=512)
def page_statement(shape: Shape) -> str:
    """Return the statement of a page of cards in an order of the products' own, without looking at any other product."""
    order = shape.order
    if shape.pricing is Pricing.FIXED:
        order = order.replace("min_price_amount", _price(shape, "min_price"))
    return _PAGE.format(
        tables=_with("", shape),
        card=_card(shape),
        place=_place(shape),
        source=_source(shape, "catalog_product p"),
        visible=_visible(shape),
        fixed=_join_fixed(shape),
        order=order,
        limit=shape.per_page,
    )


@lru_cache(maxsize=512)
def list_statement(shape: Shape) -> str:
    """Return the statement that counts what fits, with a page of its cards where an order is given."""
    hits = _HITS.format(
        price=_price(shape, "min_price"),
        facets="coalesce(d.facets, '{}')" if shape.with_counts else "NULL::text[]",
        score=_score(shape),
        place=_place(shape),
        failing=_failing(shape),
        source=_source(shape, _FOUND if shape.has_words else _PLAIN) + _join_fixed(shape),
        visible="true" if shape.has_words else _visible(shape),
    )
    counts = [_VALUES, _BRANCHES] if shape.with_counts else []
    cards = (
        [_BEST_HITS.format(limit=shape.per_page, card=_card(shape), order=shape.order, fixed=_join_fixed(shape))]
        if shape.order
        else []
    )
    capped = [_CAPPED.format(most=shape.most)] if shape.has_words else []
    columns = ", ".join(["sums.*", *capped, *counts, *cards])
    good = _GOOD.format(visible=_visible(shape))
    tables = (_MATCHES.format(most=shape.most, best=MOST_BEST, good=good) if shape.has_words else "") + hits
    return _LIST.format(tables=_with(tables, shape), columns=columns, sums=_SUMS)


@lru_cache
def arrangement_statement(*, in_language: bool) -> str:
    """Return the statement that reads what stands beside every list."""
    return ARRANGEMENT.format(category=said("c", "title", in_language), field=said("f", "name", in_language))


def said(row: str, column: str, in_language: bool) -> str:
    """Return the SQL of a text in the language, else in the store's own."""
    own = f"{row}.{column}"
    return (
        f"coalesce(nullif({row}.translations #>> ARRAY[%(language)s, '{column}'], ''), {own})" if in_language else own
    )


def _card(shape: Shape) -> str:
    before = _price(shape, "compare_at")
    if shape.pricing is Pricing.FIXED:
        converted = CONVERT_SQL.format("p.compare_at_amount")
        before = f"CASE WHEN fixed.product_id IS NULL THEN {converted} ELSE fixed.compare_at END"
    low, high = _price(shape, "min_price"), _price(shape, "max_price")
    return _CARD.format(title=said("p", "title", shape.in_language), low=low, high=high, before=before)


def _price(shape: Shape, name: str) -> str:
    """Return the SQL of one of a product's amounts in the shown currency."""
    own = f"p.{name}_amount"
    if shape.pricing is Pricing.OWN:
        return own
    converted = CONVERT_SQL.format(own)
    return f"coalesce(fixed.{name}, {converted})" if shape.pricing is Pricing.FIXED else converted


def _with(tables: str, shape: Shape) -> str:
    tables = (_FIXED if shape.pricing is Pricing.FIXED else "") + tables
    return f"WITH {tables.rstrip(', ')} " if tables else ""


def _join_fixed(shape: Shape) -> str:
    return _JOIN_FIXED if shape.pricing is Pricing.FIXED else ""


def _place(shape: Shape) -> str:
    return "cp.position" if shape.in_collection else "0"


def _source(shape: Shape, goods: str) -> str:
    return goods + (_COLLECTION if shape.in_collection else "")


def _visible(shape: Shape) -> str:
    return VISIBLE + (" AND p.category_id = ANY(%(branch)s::bigint[])" if shape.in_category else "")


def _score(shape: Shape) -> str:
    if not shape.has_words or not shape.order.startswith("score"):
        return "0"
    parts = [_RANK.format(), _PHRASE if shape.has_phrase else "", _CODE if shape.has_code else ""]
    return _SCORE.format(parts="".join(parts))


def _failing(shape: Shape) -> str:
    """Return the SQL of the filters that a row does not pass, in an array without nulls."""
    tests = [
        f"p.category_id = ANY(%(values_{number})s::bigint[]) THEN NULL ELSE 'category'"
        if group == "category"
        else f"d.facets && %(values_{number})s::text[] THEN NULL ELSE %(group_{number})s"
        for number, group in enumerate(shape.groups)
    ]
    if shape.has_price:
        tests.append(f"{_price(shape, 'min_price')} BETWEEN %(from)s AND %(to)s THEN NULL ELSE 'price'")
    if shape.in_stock:
        tests.append("p.is_available THEN NULL ELSE 'stock'")
    cases = ", ".join(f"CASE WHEN {test} END" for test in tests)
    return f"array_remove(ARRAY[{cases}]::text[], NULL)" if tests else "'{}'::text[]"
