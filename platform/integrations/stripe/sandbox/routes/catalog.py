"""Products and prices."""

from decimal import Decimal, InvalidOperation

from integrations.stripe.sandbox.cards import deleted
from integrations.stripe.sandbox.errors import ApiError, Obj, missing
from integrations.stripe.sandbox.money import MAXIMUM, check_currency
from integrations.stripe.sandbox.params import Params
from integrations.stripe.sandbox.routing import Call, answer_page, route
from integrations.stripe.sandbox.scope import Scope

INTERVALS = ("day", "week", "month", "year")
PRODUCT_TEXTS = ("description", "statement_descriptor", "tax_code", "unit_label", "url")


def make_product(scope: Scope, params: Params) -> Obj:
    """Create a product from its parameters."""
    product = scope.make("product", "prod", name=params.required("name"), updated=scope.now)
    if params.has("id"):
        product["id"] = params.required("id")
        if scope.store.find_anywhere(product["id"]):
            raise ApiError(f"Product already exists: {product['id']}", code="resource_already_exists", param="id")
    product |= {key: params.text(key) for key in PRODUCT_TEXTS if key in params}
    product |= {"images": params.texts("images"), "active": params.boolean("active", True)}
    product |= {"metadata": params.metadata(), "type": params.choice("type", ("good", "service"), "service")}
    if params.has("shippable"):
        product["shippable"] = params.boolean("shippable")
    if params.has("default_price_data"):
        product["default_price"] = make_price(scope, params.group("default_price_data"), product["id"])["id"]
    scope.save(product)
    scope.emit("product.created", product)
    return product


def make_price(scope: Scope, params: Params, product_id: str | None = None) -> Obj:
    """Create a price from `price` or `price_data` parameters; the product may be made with it."""
    currency = check_currency(params.required("currency"), params.name("currency"))
    if product_id is None:
        product_id = _product_of(scope, params)
    amount, decimal = _unit_amount(params)
    price = scope.make(
        "price",
        "price",
        currency=currency,
        product=product_id,
        unit_amount=amount,
        unit_amount_decimal=decimal,
        nickname=params.text("nickname"),
        lookup_key=params.text("lookup_key"),
        active=params.boolean("active", True),
        metadata=params.metadata(),
        tax_behavior=params.text("tax_behavior", "unspecified"),
    )
    if params.has("recurring"):
        recurring = params.group("recurring")
        recurring.required("interval")
        price |= {
            "type": "recurring",
            "recurring": {
                "interval": recurring.choice("interval", INTERVALS, "month"),
                "interval_count": recurring.integer("interval_count", 1, minimum=1),
                "meter": None,
                "trial_period_days": None,
                "usage_type": recurring.choice("usage_type", ("licensed",), "licensed"),
            },
        }
    scope.save(price)
    scope.emit("price.created", price)
    return price


def _product_of(scope: Scope, params: Params) -> str:
    if params.has("product"):
        return str(scope.get("product", params.required("product"), params.name("product"))["id"])
    if params.has("product_data"):
        return str(make_product(scope, params.group("product_data"))["id"])
    raise missing(params.name("product"))


def _unit_amount(params: Params) -> tuple[int | None, str]:
    decimal = params.text("unit_amount_decimal")
    if decimal is not None:
        try:
            exact = Decimal(decimal)
        except InvalidOperation:
            raise ApiError(f"Invalid decimal: {decimal}", param=params.name("unit_amount_decimal")) from None
        whole = int(exact) if exact == exact.to_integral_value() else None
        return whole, decimal
    amount = params.integer("unit_amount", minimum=0)
    if amount is None:
        raise missing(params.name("unit_amount"))
    if amount > MAXIMUM:
        raise ApiError(
            f"Invalid integer: must be at most {MAXIMUM}.",
            code="parameter_invalid_integer",
            param=params.name("unit_amount"),
        )
    return amount, str(amount)


@route("POST", "/v1/products", "ProductCreateParams")
def create_product(call: Call) -> Obj:
    """Create a product."""
    return make_product(call.scope, call.params)


@route("GET", "/v1/products")
def list_products(call: Call) -> Obj:
    """List products."""
    ids = call.params.texts("ids")
    return answer_page(call, "product", "active", keep=(lambda product: product["id"] in ids) if ids else None)


@route("GET", "/v1/products/{id}")
def retrieve_product(call: Call) -> Obj:
    """Retrieve a product."""
    return call.scope.get("product", call.id)


@route("POST", "/v1/products/{id}", "ProductUpdateParams")
def update_product(call: Call) -> Obj:
    """Update a product."""
    product, params = call.scope.get("product", call.id), call.params
    changes: Obj = {key: params.text(key) for key in (*PRODUCT_TEXTS, "name", "default_price") if key in params}
    if "active" in params:
        changes["active"] = params.boolean("active")
    if "images" in params:
        changes["images"] = params.texts("images")
    changes["metadata"] = params.metadata(product["metadata"])
    product["updated"] = call.scope.now
    return call.scope.update(product, "product.updated", **changes)


@route("DELETE", "/v1/products/{id}")
def delete_product(call: Call) -> Obj:
    """Delete a product that has no prices."""
    product = call.scope.get("product", call.id)
    if call.scope.store.all("price", call.scope.account, product=call.id):
        raise ApiError("This product cannot be deleted because it has one or more user-created prices.")
    call.scope.store.delete(call.id, call.scope.account)
    call.scope.emit("product.deleted", product)
    return deleted("product", call.id)


@route("POST", "/v1/prices", "PriceCreateParams")
def create_price(call: Call) -> Obj:
    """Create a price."""
    key = call.params.text("lookup_key")
    for holder in call.scope.store.all("price", call.scope.account, lookup_key=key) if key else []:
        if not call.params.boolean("transfer_lookup_key"):
            raise ApiError(f"A price (`{holder['id']}`) already uses that lookup key.", param="lookup_key")
        call.scope.update(holder, "price.updated", lookup_key=None)
    return make_price(call.scope, call.params)


@route("GET", "/v1/prices")
def list_prices(call: Call) -> Obj:
    """List prices."""
    keys = call.params.texts("lookup_keys")
    keep = (lambda price: price["lookup_key"] in keys) if keys else None
    return answer_page(call, "price", "active", "currency", "product", "type", keep=keep)


@route("GET", "/v1/prices/{id}")
def retrieve_price(call: Call) -> Obj:
    """Retrieve a price."""
    return call.scope.get("price", call.id)


@route("POST", "/v1/prices/{id}", "PriceUpdateParams")
def update_price(call: Call) -> Obj:
    """Update a price; what it costs never changes."""
    price, params = call.scope.get("price", call.id), call.params
    changes: Obj = {key: params.text(key) for key in ("nickname", "lookup_key", "tax_behavior") if key in params}
    if "active" in params:
        changes["active"] = params.boolean("active")
    changes["metadata"] = params.metadata(price["metadata"])
    return call.scope.update(price, "price.updated", **changes)
