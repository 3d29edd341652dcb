"""The command line's `recs train`, `recs evaluate` and `recs show`."""

import json
import sys
from time import perf_counter
from typing import Any, TextIO

from django.utils.translation import gettext as _

from core.clock import utc_now
from core.errors import InvalidInput, NotFound
from core.tenancy import in_tenant
from recsys.engine.train import evaluate
from recsys.evaluation.report import beside_best_sellers, evaluation_as_json, table
from recsys.serving.selectors import list_for_customer, list_for_product
from recsys.serving.services.export import export_store
from recsys.serving.services.training import find_champion, peak_memory_mb, train_store
from storefront.catalog.models import Product
from storefront.customers.models import Customer
from tenants.models import Tenant

SHOWN = 10


def run_train(*, tenant: Tenant, as_json: bool, out: TextIO) -> None:
    """Train the store's lists and print HR@10 and NDCG@10 beside best-sellers, seconds and peak memory.

    Raises: TrainingRunning.
    """
    model = train_store(tenant=tenant, now=utc_now(), report=_say)
    metrics = model.metrics
    if as_json:
        facts = {
            "model": model.pk,
            "tier": model.tier,
            "promoted": model.promoted,
            "in_use": metrics["in_use"],
            "total_seconds": round(model.seconds or 0.0, 2),
            **metrics,
        }
        _print_json(facts, out)
        return
    headline = metrics["headline"]
    lines = [headline["template"] % headline["values"], *_measured(metrics)]
    if not metrics["in_use"]:
        lines.append("The lists of the model before it stay in use.")
    counts = metrics["counts"]
    lines.append(
        f"{counts['n_orders']} orders, {counts['n_order_lines']} lines, {counts['n_customers']} customers, "
        f"{counts['n_products']} products"
    )
    lines.append(f"seconds {model.seconds:.1f}   peak memory {metrics['peak_memory_mb']} MB")
    out.write("\n".join(lines) + "\n")


def run_evaluate(*, tenant: Tenant, as_json: bool, out: TextIO) -> None:
    """Measure the model that a training would build, beside best-sellers, and change nothing."""
    started = perf_counter()
    with in_tenant(tenant):
        export = export_store()
        champion = find_champion()
    measured = evaluate(export.interactions, export.catalog, now=utc_now(), champion=champion, progress=_say)
    facts = evaluation_as_json(measured) | {
        "total_seconds": round(perf_counter() - started, 2),
        "peak_memory_mb": peak_memory_mb(),
    }
    if as_json:
        _print_json(facts, out)
        return
    lines = table(facts["methods"]) if facts["methods"] else ["Too few orders to measure anything."]
    lines.append(f"seconds {facts['total_seconds']:.1f}   peak memory {facts['peak_memory_mb']} MB")
    out.write("\n".join(lines) + "\n")


def run_show(
    *,
    tenant: Tenant,
    out: TextIO,
    customer_email: str | None = None,
    product_handle: str | None = None,
    as_json: bool = False,
) -> None:
    """Print the list that a customer or a product's page gets, each row with its reason.

    Raises: InvalidInput without exactly one of the two; NotFound.
    """
    if (customer_email is None) == (product_handle is None):
        raise InvalidInput(_("Name a customer or a product, one of the two."))
    with in_tenant(tenant):
        if customer_email is not None:
            customer = Customer.objects.filter(email=customer_email.strip().lower()).first()
            if customer is None:
                raise NotFound(_("There is no customer %(email)s.") % {"email": customer_email})
            cards = list_for_customer(customer.pk, SHOWN)
        else:
            product = Product.objects.filter(handle=product_handle).first()
            if product is None:
                raise NotFound(_("There is no product %(handle)s.") % {"handle": product_handle})
            cards = list_for_product(product.pk, SHOWN)
    rows = [{key: card[key] for key in ("id", "handle", "title", "reason", "source")} for card in cards]
    if as_json:
        _print_json({"data": rows}, out)
        return
    out.writelines(f"{i:>2}  {row['title'][:48]:<48}  {row['reason']}\n" for i, row in enumerate(rows, start=1))


def _measured(metrics: dict[str, Any]) -> list[str]:
    rows = beside_best_sellers(metrics)
    return table(rows) if rows else []


def _print_json(facts: dict[str, Any], out: TextIO) -> None:
    out.write(json.dumps(facts, ensure_ascii=False, indent=2) + "\n")


def _say(share: float, stage: str) -> None:
    sys.stderr.write(f"{share * 100:3.0f} % {stage}\n")
