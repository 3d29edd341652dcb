"""What an invoice says of an order, in the current language; amounts in minor units of the order's currency."""

from typing import Any

from core.tenancy import current_tenant
from storefront.documents.models import Letterhead
from storefront.orders.models import Order
from storefront.orders.selectors import list_spoken_lines
from storefront.orders.services.mailing import address_lines


def invoice_content(order: Order, kept: Letterhead) -> dict[str, Any]:
    """Return seller, buyer, lines and sums as they are now, to be kept word for word."""
    tenant = current_tenant()
    return {
        "seller": {
            "name": kept.legal_name or tenant.name,
            "lines": [line for line in kept.address.split("\n") if line.strip()],
            "tax_id": kept.tax_id,
            "vat_id": kept.vat_id,
            "phone": kept.phone,
            "email": tenant.contact_email,
            "bank": kept.bank,
            "footer": [line for line in kept.footer.split("\n") if line.strip()],
        },
        "buyer": {
            "lines": address_lines(order) or [order.email],
            "country": order.shipping_address.get("country", ""),
            "vat_id": order.vat_id,
        },
        "order": {"name": order.name, "placed_at": order.placed_at.isoformat()},
        "lines": [
            {
                "title": line.title,
                "variant": line.variant_title,
                "sku": line.sku,
                "quantity": line.quantity,
                "unit_amount": line.unit_amount,
                "total_amount": line.total_amount,
                "discount_amount": line.discount_amount,
                "tax_amount": line.tax_amount,
            }
            for line in list_spoken_lines(order)
        ],
        "sums": {
            "subtotal": order.subtotal_amount,
            "discount": order.discount_amount,
            "shipping": order.shipping_amount,
            "tax": order.tax_amount,
            "total": order.total_amount,
            "credit": order.credit_amount,
        },
        "discounts": [one.get("code") or one.get("title", "") for one in order.discounts],
        "taxes": order.taxes,
        "taxes_included": order.taxes_included,
        "is_reverse_charge": order.is_reverse_charge,
        "shipping_method": order.shipping_method,
        "is_paid": order.paid_at is not None,
    }
