"""Sales: what was bought, for how much, where it goes, what happened to it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from core.db.models import StoreModel
from storefront.catalog.models import ProductVariant
from storefront.catalog.models.columns import EMPTY_OBJECT
from storefront.customers.models import Customer
from storefront.orders.enums import AmendmentState, FulfillmentStatus, OrderSource, OrderStatus, PaymentStatus

_EMPTY_LIST = models.Value([], models.JSONField())
_NET_PARTS = F("subtotal_amount") - F("discount_amount") + F("shipping_amount")


class OrderNumbers(StoreModel):
    """The series that orders are numbered in: `prefix`, the next free number, `suffix`; one row, locked while one is taken."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    next_number = models.BigIntegerField(default=1001)
    prefix = models.CharField(max_length=12, blank=True, default="#", db_default="#")
    suffix = models.CharField(max_length=12, blank=True, default="", db_default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="order_numbers_is_one_row")]


class Order(StoreModel):
    """A sale. `name` is what people call it (#1042); `token` is its secret address; amounts are minor units of `currency`.

    `discount_amount` holds every reduction, `shipping_discount_amount` says how much of it is off delivery; `tax_amount`
    holds all tax, `shipping_tax_amount` delivery's share, on top of the prices or, by `taxes_included`, inside them.
    What remains of both is the sum of the lines' own. `credit_amount` is what gift cards and store credit pay.
    `refunded_amount` is all that was given back, `credit_refunded_amount` how much of it to gift cards and store credit.

    `discounts` has [{promotion_id, title, code, amount, shipping_amount}], `taxes` [{name, rate, base, amount}] with the
    rate in percent as text, `shipping_taxes` delivery's part of them in the same form, None where it was not kept. A buyer
    with a checked `vat_id` in another country pays the tax themselves by `is_reverse_charge`. `tax_calculation_id` is what the
    service calls it that counted the taxes, empty where the store's own rates did.

    An order in another currency than the store's has all three of `store_currency`, `rate` (of `currency` for one of the
    store's, on the day of the order) and `store_total_amount` (the total at that rate); one in the store's own has none.

    `pickup` has method_id, name, address, hours, text and warehouse_id of the place where the order is picked up, and is empty
    for one that is sent; an order that is picked up has no more than name and phone for an address.

    `shipping_address` has name, company, line1, line2, city, province, postcode, country, phone. `note` is the shopper's,
    `staff_note` and `tags` are the merchant's. Nothing is sent while `held_at` is set; what has `archived_at` is put away.
    """

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=40, unique=True)
    token = models.CharField(max_length=26, unique=True)
    cart_token = models.CharField(max_length=26, null=True, blank=True, unique=True)
    customer = models.ForeignKey(Customer, null=True, blank=True, on_delete=models.SET_NULL, related_name="orders")
    email = models.EmailField(max_length=254, blank=True)
    status = models.CharField(max_length=10, choices=OrderStatus, default=OrderStatus.PENDING)
    payment_status = models.CharField(max_length=20, choices=PaymentStatus, default=PaymentStatus.PENDING)
    fulfillment_status = models.CharField(
        max_length=20, choices=FulfillmentStatus, default=FulfillmentStatus.UNFULFILLED
    )
    source = models.CharField(max_length=10, choices=OrderSource, default=OrderSource.WEB)
    currency = models.CharField(max_length=3)
    store_currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    rate = models.DecimalField(max_digits=18, decimal_places=8, null=True, blank=True)
    store_total_amount = models.BigIntegerField(null=True, blank=True)
    subtotal_amount = models.BigIntegerField()
    discount_amount = models.BigIntegerField(default=0)
    shipping_amount = models.BigIntegerField(default=0)
    shipping_discount_amount = models.BigIntegerField(default=0, db_default=0)
    tax_amount = models.BigIntegerField(default=0)
    shipping_tax_amount = models.BigIntegerField(default=0, db_default=0)
    taxes_included = models.BooleanField(default=False, db_default=False)
    total_amount = models.BigIntegerField()
    credit_amount = models.BigIntegerField(default=0, db_default=0)
    discounts = models.JSONField(default=list, db_default=_EMPTY_LIST)
    taxes = models.JSONField(default=list, db_default=_EMPTY_LIST)
    shipping_taxes = models.JSONField(null=True, blank=True)
    vat_id = models.CharField(max_length=20, blank=True, default="", db_default="")
    is_reverse_charge = models.BooleanField(default=False, db_default=False)
    tax_calculation_id = models.CharField(max_length=200, blank=True, default="", db_default="")
    refunded_amount = models.BigIntegerField(default=0)
    credit_refunded_amount = models.BigIntegerField(default=0, db_default=0)
    items_count = models.IntegerField(default=0)
    shipping_address = models.JSONField(default=dict)
    shipping_method = models.CharField(max_length=120, blank=True)
    pickup = models.JSONField(default=dict, db_default=EMPTY_OBJECT, blank=True)
    delivery_from_date = models.DateField(null=True, blank=True)
    delivery_to_date = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=10, default="en")
    note = models.TextField(blank=True)
    staff_note = models.TextField(blank=True, default="", db_default="")
    tags = ArrayField(models.CharField(max_length=40), default=list, db_default=[], blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    placed_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)
    canceled_at = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    hold_reason = models.CharField(max_length=200, blank=True, default="", db_default="")
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(taxes_included=False, total_amount=_NET_PARTS + F("tax_amount"))
                | Q(taxes_included=True, total_amount=_NET_PARTS),
                name="order_total_is_the_sum_of_its_parts",
            ),
            models.CheckConstraint(
                condition=Q(subtotal_amount__gte=0, discount_amount__gte=0, shipping_amount__gte=0, tax_amount__gte=0),
                name="order_parts_are_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(
                    shipping_discount_amount__gte=0,
                    shipping_discount_amount__lte=F("shipping_amount"),
                    discount_amount__gte=F("shipping_discount_amount"),
                )
                & (
                    Q(discount_amount__lte=F("subtotal_amount") + F("shipping_discount_amount"))
                    | Q(source=OrderSource.IMPORT)
                ),
                name="order_discounts_stay_within_the_prices",
            ),
            models.CheckConstraint(
                condition=Q(shipping_tax_amount__gte=0, shipping_tax_amount__lte=F("tax_amount")),
                name="order_shipping_tax_is_part_of_the_tax",
            ),
            models.CheckConstraint(
                condition=Q(is_reverse_charge=False) | (Q(tax_amount=0) & ~Q(vat_id="")),
                name="order_reverse_charge_has_a_vat_id_and_no_tax",
            ),
            models.CheckConstraint(
                condition=Q(credit_amount__gte=0, credit_amount__lte=F("total_amount")),
                name="order_credit_stays_within_the_total",
            ),
            models.CheckConstraint(
                condition=Q(refunded_amount__gte=0, refunded_amount__lte=F("total_amount")),
                name="order_refunds_stay_within_the_total",
            ),
            models.CheckConstraint(
                condition=Q(
                    credit_refunded_amount__gte=0,
                    credit_refunded_amount__lte=F("credit_amount"),
                    refunded_amount__gte=F("credit_refunded_amount"),
                    refunded_amount__lte=F("total_amount") - F("credit_amount") + F("credit_refunded_amount"),
                ),
                name="order_refunds_go_back_where_they_came_from",
            ),
            models.CheckConstraint(
                condition=Q(store_currency="", rate__isnull=True, store_total_amount__isnull=True)
                | (
                    Q(rate__isnull=False, rate__gt=0, store_total_amount__isnull=False, store_total_amount__gte=0)
                    & ~Q(store_currency="")
                    & ~Q(store_currency=F("currency"))
                ),
                name="order_rate_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(payment_status=PaymentStatus.PAID) | Q(paid_at__isnull=False),
                name="order_paid_has_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["-placed_at", "-id"], name="order_newest"),
            models.Index(fields=["status", "fulfillment_status", "-placed_at"], name="order_to_do"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def due_amount(self) -> int:
        """Return what is left to pay by money once gift cards and store credit have paid their part."""
        return self.total_amount - self.credit_amount

    @property
    def credit_left_amount(self) -> int:
        """Return what gift cards and store credit paid and was not given back to them."""
        return self.credit_amount - self.credit_refunded_amount

    @property
    def own_total_amount(self) -> int:
        """Return the total in minor units of the store's currency, by the order's own rate."""
        return self.total_amount if self.store_total_amount is None else self.store_total_amount


class OrderLine(StoreModel):
    """One kind of thing in an order, with its words and price as they were.

    `total_amount` is price by quantity; `discount_amount` is this line's share of the order's discounts, `tax_amount` its
    tax on what is left, and `taxes` that tax by rate as an order has it, None where it was not kept. Of the units sent,
    `returned_count` were asked to come back, here yet or not, and `exchanged_count` of them are paid for by what was sent
    instead; `removed_count` are not sent at all, because they were taken out of the order. `restocked_count` of all units
    were put back on sale, by whatever way. Units of a line that `is_gift_card` become cards once the order is paid;
    `presents` says who gets them, as `storefront.credits.presents` writes it.
    """

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey(ProductVariant, null=True, blank=True, on_delete=models.SET_NULL)
    product_id = models.BigIntegerField(null=True, blank=True)
    title = models.CharField(max_length=255)
    variant_title = models.CharField(max_length=255, blank=True)
    sku = models.CharField(max_length=120, blank=True)
    unit_amount = models.BigIntegerField()
    quantity = models.IntegerField()
    total_amount = models.BigIntegerField()
    discount_amount = models.BigIntegerField(default=0, db_default=0)
    tax_amount = models.BigIntegerField(default=0, db_default=0)
    taxes = models.JSONField(null=True, blank=True)
    fulfilled_count = models.IntegerField(default=0)
    returned_count = models.IntegerField(default=0, db_default=0)
    removed_count = models.IntegerField(default=0, db_default=0)
    restocked_count = models.IntegerField(default=0, db_default=0)
    exchanged_count = models.IntegerField(default=0, db_default=0)
    requires_shipping = models.BooleanField(default=True)
    is_gift_card = models.BooleanField(default=False, db_default=False)
    presents = models.JSONField(default=list, db_default=_EMPTY_LIST)
    cover = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="order_line_quantity_is_positive"),
            models.CheckConstraint(condition=Q(unit_amount__gte=0), name="order_line_price_is_not_negative"),
            models.CheckConstraint(
                condition=Q(total_amount=F("unit_amount") * F("quantity")), name="order_line_total_is_price_by_quantity"
            ),
            models.CheckConstraint(
                condition=Q(discount_amount__gte=0, discount_amount__lte=F("total_amount")),
                name="order_line_discount_stays_within_its_total",
            ),
            models.CheckConstraint(condition=Q(tax_amount__gte=0), name="order_line_tax_is_not_negative"),
            models.CheckConstraint(
                condition=Q(fulfilled_count__gte=0, fulfilled_count__lte=F("quantity")),
                name="order_line_fulfills_what_was_bought",
            ),
            models.CheckConstraint(
                condition=Q(returned_count__gte=0, returned_count__lte=F("fulfilled_count")),
                name="order_line_returns_what_was_sent",
            ),
            models.CheckConstraint(
                condition=Q(removed_count__gte=0, removed_count__lte=F("quantity") - F("fulfilled_count")),
                name="order_line_removes_what_was_not_sent",
            ),
            models.CheckConstraint(
                condition=Q(restocked_count__gte=0, restocked_count__lte=F("quantity")),
                name="order_line_puts_back_what_was_bought",
            ),
            models.CheckConstraint(
                condition=Q(exchanged_count__gte=0, exchanged_count__lte=F("returned_count")),
                name="order_line_exchanges_what_came_back",
            ),
        ]
        indexes = [models.Index(fields=["product_id"], name="order_line_product")]

    @property
    def left_count(self) -> int:
        """Return how many units are still to be sent."""
        return self.kept_count - self.fulfilled_count

    @property
    def kept_count(self) -> int:
        """Return how many units the order still has."""
        return self.quantity - self.removed_count


class Amendment(StoreModel):
    """Goods that are added to a placed order; amounts in minor units of its currency, `total_amount` is the difference owed.

    `lines` has what `OrderLine` has of each: variant_id, product_id, title, variant_title, sku, unit_amount, quantity,
    discount_amount, tax_amount, taxes, requires_shipping, cover. `taxes`, `shipping_taxes` and `discounts` are as the
    order's. Its goods are held by `token` until `expires_at`; both are moved into the order once, when it is done.
    """

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="amendments")
    token = models.CharField(max_length=26, unique=True)
    state = models.CharField(max_length=10, choices=AmendmentState, default=AmendmentState.OPEN)
    lines = models.JSONField(default=list)
    subtotal_amount = models.BigIntegerField()
    discount_amount = models.BigIntegerField(default=0)
    shipping_amount = models.BigIntegerField(default=0)
    tax_amount = models.BigIntegerField(default=0)
    shipping_tax_amount = models.BigIntegerField(default=0)
    taxes_included = models.BooleanField(default=False)
    total_amount = models.BigIntegerField()
    taxes = models.JSONField(default=list)
    shipping_taxes = models.JSONField(default=list)
    discounts = models.JSONField(default=list)
    actor = models.CharField(max_length=254)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(state=AmendmentState.OPEN), name="amendment_one_open_an_order"
            ),
            models.CheckConstraint(
                condition=Q(taxes_included=False, total_amount=_NET_PARTS + F("tax_amount"))
                | Q(taxes_included=True, total_amount=_NET_PARTS),
                name="amendment_total_is_the_sum_of_its_parts",
            ),
            models.CheckConstraint(
                condition=Q(
                    discount_amount__gte=0,
                    discount_amount__lte=F("subtotal_amount"),
                    shipping_amount__gte=0,
                    shipping_tax_amount__gte=0,
                    shipping_tax_amount__lte=F("tax_amount"),
                ),
                name="amendment_parts_are_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(state=AmendmentState.OPEN, ended_at__isnull=True)
                | (~Q(state=AmendmentState.OPEN) & Q(ended_at__isnull=False)),
                name="amendment_that_ended_has_a_time",
            ),
        ]


class OrderEvent(StoreModel):
    """The timeline. `type` is dotted past tense (`order.placed`); `key` makes an event happen once where it is set."""

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="events", db_index=False)
    type = models.CharField(max_length=60)
    actor = models.CharField(max_length=254)
    data = models.JSONField(default=dict)
    key = models.CharField(max_length=120, null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "key"], name="order_event_happens_once")]


class Fulfillment(StoreModel):
    """A parcel that has left, or files that were opened to the buyer; `more_numbers` are further boxes of the same carrier."""

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="fulfillments")
    carrier = models.CharField(max_length=60, blank=True)
    tracking_number = models.CharField(max_length=80, blank=True)
    tracking_url = models.URLField(max_length=500, blank=True)
    more_numbers = ArrayField(models.CharField(max_length=80), default=list, db_default=[], blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    is_digital = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField()


class FulfillmentLine(StoreModel):
    id = models.BigAutoField(primary_key=True)
    fulfillment = models.ForeignKey(Fulfillment, on_delete=models.CASCADE, related_name="lines")
    order_line = models.ForeignKey(OrderLine, on_delete=models.CASCADE)
    quantity = models.IntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="fulfillment_quantity_is_positive")]
