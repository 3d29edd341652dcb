"""The questions that a product's page is made of: one for the product, one for what few products have, one for the store.

Parts above add what the page needs to know, one value (JSON) by name, called in `AppConfig.ready()`:
`add_page_part("reviews", "SELECT json_agg(…) … product.id")` of the product, whose row is `product`, and
`add_store_part("delivery", "SELECT json_agg(…) …")` of the whole store, which is asked once for as long as it does not change.
"""

_PRODUCT = """
SELECT json_build_object(
    'id', product.id, 'title', product.title, 'handle', product.handle, 'description_html', product.description_html,
    'vendor', product.vendor, 'product_type', product.product_type, 'tags', product.tags,
    'option_names', product.option_names, 'seo_title', product.seo_title, 'seo_description', product.seo_description,
    'custom_fields', product.custom_fields, 'translations', product.translations,
    'rating_sum', product.rating_sum, 'reviews_count', product.reviews_count,
    'variants', (
        SELECT json_agg(json_build_object(
            'id', v.id, 'title', v.title, 'option_values', v.option_values, 'sku', v.sku, 'barcode', v.barcode,
            'price_amount', v.price_amount, 'compare_at_amount', v.compare_at_amount, 'weight_grams', v.weight_grams,
            'unit_amount', v.unit_amount::text, 'unit', v.unit, 'base_amount', v.base_amount::text, 'base_unit', v.base_unit,
            'image_id', v.image_id, 'custom_fields', v.custom_fields, 'translations', v.translations,
            'requires_shipping', v.requires_shipping, 'tracks_stock', v.tracks_stock, 'sells_when_out', v.sells_when_out,
            'available_count', v.available_count, 'is_gift_card', v.is_gift_card,
            'has_files', NOT v.requires_shipping AND EXISTS (SELECT FROM catalog_digitalfile AS f WHERE f.variant_id = v.id),
            'is_set', EXISTS (SELECT FROM catalog_bundleitem AS b WHERE b.bundle_id = v.id)) ORDER BY v.position, v.id)
        FROM catalog_productvariant AS v WHERE v.product_id = product.id),
    'images', (
        SELECT json_agg(json_build_object(
            'id', i.id, 'kind', i.kind, 'path', i.path, 'formats', i.formats, 'video_url', i.video_url,
            'model_path', i.model_path, 'usdz_path', i.usdz_path, 'width', i.width, 'height', i.height, 'alt', i.alt,
            'translations', i.translations) ORDER BY i.position, i.id)
        FROM catalog_productimage AS i WHERE i.product_id = product.id AND i.path <> ''),
    'categories', CASE WHEN product.category_id IS NOT NULL THEN (
        SELECT json_agg(json_build_object('title', c.title, 'handle', c.handle, 'translations', c.translations) ORDER BY c.path)
        FROM catalog_category AS own
        CROSS JOIN generate_series(4, length(own.path), 4) AS step (length)
        JOIN catalog_category AS c ON c.path = left(own.path, step.length)
        WHERE own.id = product.category_id AND c.is_visible) END,
    'collections', CASE WHEN product.category_id IS NULL THEN (
        SELECT json_agg(json_build_object('title', c.title, 'handle', c.handle, 'translations', c.translations))
        FROM (SELECT c.* FROM catalog_collectionproduct AS m JOIN catalog_collection AS c ON c.id = m.collection_id
              WHERE m.product_id = product.id AND c.is_visible ORDER BY c.position, c.id LIMIT 1) AS c) END
    {parts}
)::text
FROM catalog_product AS product WHERE product.handle = %s AND product.status = 'active'
"""

# For goods whose price is reduced, and for sets.
MORE = """
SELECT json_build_object(
    'points', (
        SELECT json_agg(json_build_array(h.variant_id, h.currency, h.created_at, h.price_amount, h.compare_at_amount)
                        ORDER BY h.variant_id, h.created_at DESC, h.id DESC)
        FROM catalog_productvariant AS v
        CROSS JOIN LATERAL (SELECT * FROM catalog_pricechange AS c WHERE c.variant_id = v.id AND c.currency = ANY(%(currencies)s)
                            ORDER BY c.created_at DESC, c.id DESC LIMIT 1000) AS h
        WHERE v.product_id = %(product)s AND (v.compare_at_amount > v.price_amount OR v.id = ANY(%(reduced)s))),
    'set', (
        SELECT json_agg(json_build_object(
                            'bundle_id', b.bundle_id, 'quantity', b.quantity, 'title', of.title, 'translations', of.translations,
                            'handle', of.handle, 'is_active', of.status = 'active',
                            'variant', json_build_object('option_values', part.option_values, 'translations', part.translations),
                            'cover', coalesce((
                                SELECT json_build_object('path', i.path, 'formats', i.formats, 'width', i.width,
                                                         'height', i.height, 'alt', i.alt)
                                FROM catalog_productimage AS i WHERE i.id = part.image_id), of.cover::json))
                        ORDER BY b.bundle_id, b.position, b.id)
        FROM catalog_productvariant AS v
        JOIN catalog_bundleitem AS b ON b.bundle_id = v.id
        JOIN catalog_productvariant AS part ON part.id = b.component_id
        JOIN catalog_product AS of ON of.id = part.product_id
        WHERE v.product_id = %(product)s)
)::text
"""

_of_the_store: dict[str, str] = {
    "fields": """
        SELECT json_agg(json_build_object('owner', f.owner, 'key', f.key, 'name', f.name, 'type', f.type,
                                          'choices', f.choices, 'translations', f.translations) ORDER BY f.position, f.id)
        FROM catalog_customfield AS f WHERE f.is_shown AND f.owner IN ('product', 'variant')""",
}  # fmt: skip


_of_the_product: dict[str, str] = {}


def add_page_part(name: str, question: str) -> None:
    """Read this with each product's page; the page has it as `parts[name]`.

    Raises: ValueError for a name that is there.
    """
    _add(_of_the_product, name, question)


def add_store_part(name: str, question: str) -> None:
    """Read this for all product pages; the page has it as `store[name]`.

    Raises: ValueError for a name that is there.
    """
    _add(_of_the_store, name, question)


def product_statement() -> str:
    """Return the statement that reads an active product's page by its handle, as one JSON text."""
    parts = "".join(f", 'part_{name}', ({question})" for name, question in _of_the_product.items())
    return _PRODUCT.format(parts=parts)


def store_statement() -> str:
    """Return the statement that reads what product pages say of the whole store, as one JSON text."""
    parts = ", ".join(f"'{name}', ({question})" for name, question in _of_the_store.items())
    return f"SELECT json_build_object({parts})::text"


def _add(parts: dict[str, str], name: str, question: str) -> None:
    if parts.setdefault(name, question) != question:
        raise ValueError(f"a product's page has a part {name!r} already")
