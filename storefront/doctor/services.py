"""Write down what keeps products from being bought, so that the list can be narrowed to it."""

import json
from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from core.outbox.services import enqueue
from core.tenancy import current_schema
from storefront.catalog.enums import ProductStatus
from storefront.catalog.events import ProductChanged
from storefront.catalog.models import Product
from storefront.doctor.findings import OWN, diagnose
from storefront.doctor.selectors import gather_facts, get_store_facts

TASK = "storefront.doctor.check"
BATCH = 1000
_WATCHED = (ProductStatus.ACTIVE, ProductStatus.SCHEDULED)
_WRITE = """
UPDATE catalog_product AS product
   SET issue_codes = found.codes
  FROM unnest(%s::bigint[], %s::jsonb[]) AS found (id, codes)
 WHERE product.id = found.id AND product.issue_codes IS DISTINCT FROM found.codes
"""


def ask_for_check(event: ProductChanged) -> None:
    """Have the changed products looked at when the change has been written; thousands wait for the night."""
    if event.product_ids and len(event.product_ids) <= BATCH:
        enqueue(task=TASK, kwargs={"product_ids": list(event.product_ids)}, schema_name=current_schema())


def write_issues(*, product_ids: Sequence[int], now: datetime) -> int:
    """Write the findings of these products and return how many changed; drafts and archived ones have none."""
    store = get_store_facts(now=now)
    written = 0
    for start in range(0, len(product_ids), BATCH):
        batch = product_ids[start : start + BATCH]
        watched = set(Product.objects.filter(pk__in=batch, status__in=_WATCHED).values_list("pk", flat=True))
        facts = gather_facts(batch)
        codes = {
            pk: [code for code in diagnose(store, one) if code in OWN] if pk in watched else []
            for pk, one in facts.items()
        }
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, [list(codes), [json.dumps(found) for found in codes.values()]])
            written += cursor.rowcount
    return written


def write_all_issues(*, now: datetime) -> int:
    """Look at all products; what holds for the store may have changed without any of them."""
    return write_issues(product_ids=list(Product.objects.order_by("pk").values_list("pk", flat=True)), now=now)
