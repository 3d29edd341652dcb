"""The pieces of the one statement that lists goods. They hold no value of anybody's, only the names of parameters."""

from storefront.catalog.conversion import CONVERT_SQL
from storefront.catalog.shown import FIXED_SQL, Prices

VISIBLE = "p.status = 'active' AND (p.published_at IS NULL OR p.published_at <= now())"
# What stands in the title counts ten times what only a letter or a pair of it leads to; what is sold out steps back.
SCORE = """
(coalesce(ts_rank('{0.1,0.2,0.4,1.0}', d.names, (SELECT parts FROM asked)), 0) + 0.001
 + CASE WHEN d.names @@ %(phrase)s::tsquery THEN 0.4 ELSE 0 END + CASE WHEN d.names @@ %(code)s::tsquery THEN 10 ELSE 0 END)
* CASE WHEN p.is_available THEN 1 ELSE 0.4 END * (1 + ln(1 + greatest(p.sold_count, 0)) / 20)
"""
# Each reading of the words is a way to understand them: as they are, or two neighbors (or all) as a term with a meaning.
MATCHES = """
parts AS (
  SELECT reading, CASE WHEN w.literal = '' THEN s.literal WHEN s.literal IS NULL THEN w.literal
                       ELSE '(' || w.literal || ' | ' || s.literal || ')' END AS literal
    FROM unnest(%(readings)s::int[], %(words)s::text[], %(literals)s::text[]) AS w (reading, word, literal)
    LEFT JOIN search_synonymterm s ON s.term = w.word
), asked AS MATERIALIZED (
  SELECT (SELECT string_agg(query, ' | ') || %(or_code)s FROM (
          SELECT '(' || string_agg(literal, {joint}) || ')' AS query FROM parts GROUP BY reading
          HAVING count(*) = count(literal)) AS readings)::tsquery AS query,
         (SELECT string_agg(DISTINCT literal, ' | ') FROM parts)::tsquery AS parts
), matches AS MATERIALIZED (
  SELECT product_id FROM search_searchdocument WHERE vector @@ (SELECT query FROM asked) LIMIT %(most)s
), popular AS MATERIALIZED (
  SELECT d.product_id FROM (
         SELECT id FROM catalog_product p WHERE (SELECT count(*) FROM matches) >= %(most)s AND p.status = 'active'
          ORDER BY sold_count DESC, id DESC LIMIT 500) AS best
    JOIN search_searchdocument d ON d.product_id = best.id WHERE d.vector @@ (SELECT query FROM asked)
), """
CARDS = """
SELECT json_agg(card) FROM (
  SELECT p.id, p.handle, {title} AS title, {prices},
         p.cover, p.is_available, p.available_count, p.variants_count, p.rating_sum, p.reviews_count
    FROM (SELECT id, row_number() OVER (ORDER BY {order}) AS nth FROM hits WHERE inside
           ORDER BY {order} LIMIT %(limit)s OFFSET %(offset)s) AS top
    JOIN catalog_product p ON p.id = top.id {fixed} ORDER BY top.nth) AS card
"""
ANSWER = """
{with_} base AS (
  SELECT p.id, {price} AS min_price_amount, p.is_available, p.sold_count, p.published_at, p.category_id,
         coalesce(d.facets, '{{}}') AS facets, {score} AS score, {place} AS place, {failing} AS failing
    FROM {source} WHERE {visible}
), hits AS MATERIALIZED (
  SELECT *, failing = '{{}}' AS inside, failing[1] AS lone FROM base WHERE cardinality(failing) < 2
)
SELECT json_build_object(
  'total', (SELECT count(*) FROM hits WHERE inside),
  'prices', (SELECT json_build_array(min(min_price_amount), max(min_price_amount)) FROM hits WHERE inside OR lone = 'price'),
  'here', (SELECT count(*) FROM hits WHERE is_available AND (inside OR lone = 'stock')),
  {counts}
  'cards', ({cards})
)::text
"""
COUNTS = """
  'counts', (SELECT json_object_agg(value, n) FROM (
     SELECT value, count(*) AS n FROM hits, unnest(facets) AS value WHERE inside OR starts_with(value, lone || '=')
      GROUP BY value ORDER BY n DESC, value LIMIT %(most_counts)s) AS counted),
  'categories', (SELECT json_object_agg(category_id, n) FROM (
     SELECT category_id, count(*) AS n FROM hits WHERE category_id IS NOT NULL AND (inside OR lone = 'category')
      GROUP BY category_id) AS counted),
  'tree', (SELECT json_agg(json_build_array(id, depth, path, handle, {category_title}) ORDER BY path)
             FROM (SELECT * FROM catalog_category WHERE is_visible ORDER BY path LIMIT 2000) AS c),
  'layout', (SELECT filters FROM search_searchsettings WHERE id = 1),
  'fields', (SELECT json_object_agg('field.' || key, {field_name} ORDER BY position, id)
               FROM catalog_customfield AS f WHERE is_filter AND owner IN ('product', 'variant')),
"""
BRANCH = """ARRAY(SELECT c.id FROM catalog_category root JOIN catalog_category c ON starts_with(c.path, root.path)
 WHERE root.handle = ANY(%(values_{0})s))"""

# Goods with a price set by hand in the shown currency.
FIXED = f" fixed AS MATERIALIZED ({FIXED_SQL}), "
JOIN_FIXED = " LEFT JOIN fixed ON fixed.product_id = p.id"


def price(prices: Prices) -> str:
    """Return the SQL of a product's lowest price in the shown currency."""
    return _shown(prices, "min_price_amount", "min_price")


def card_prices(prices: Prices) -> str:
    """Return the SQL of the three amounts that a card shows."""
    if prices.is_own:
        return "p.min_price_amount AS price_amount, p.max_price_amount, p.compare_at_amount"
    before = CONVERT_SQL.format("p.compare_at_amount")
    if prices.has_fixed:
        before = f"CASE WHEN fixed.product_id IS NULL THEN {before} ELSE fixed.compare_at END"
    low, high = price(prices), _shown(prices, "max_price_amount", "max_price")
    return f"{low} AS price_amount, {high} AS max_price_amount, {before} AS compare_at_amount"


def _shown(prices: Prices, column: str, fixed: str) -> str:
    if prices.is_own:
        return f"p.{column}"
    converted = CONVERT_SQL.format(f"p.{column}")
    return f"coalesce(fixed.{fixed}, {converted})" if prices.has_fixed else converted
