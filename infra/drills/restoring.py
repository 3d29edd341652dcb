"""Inside the platform's Django: spoil a store as a mistake would, and take the checksums of all it has."""

from hashlib import sha256

from bench.tenancy.archiving import table_sums

from core.tenancy import in_tenant
from drills.restore import files_below
from storefront.catalog.models import Product, ProductVariant
from tenants.archive.files import folder
from tenants.selectors import get_tenant

# What shoppers write while they look round, and what the platform's hourly round computes from it.
MOVING = ("carts_", "merchant_", "search_searchquery", "serving_trendingproducts")


def sums(*, slug: str) -> dict[str, str]:
    """Return a checksum of each table and each file of the store."""
    tenant = get_tenant(slug)
    found = {table: value for table, value in table_sums(tenant.schema_name).items() if not table.startswith(MOVING)}
    for kind in ("media", "private"):
        root = folder(kind, tenant.schema_name)
        for path in files_below(root):
            found[f"{kind}/{path.relative_to(root)}"] = sha256(path.read_bytes()).hexdigest()
    return found


def furnish(*, slug: str) -> dict[str, str]:
    """Give the store files of its own, public and private."""
    schema = get_tenant(slug).schema_name
    for kind in ("media", "private"):
        for number in range(10):
            path = folder(kind, schema) / "drill" / f"{number}.bin"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(f"{slug} {kind} {number} ".encode() * 2000)
    return {}


def spoil(*, slug: str) -> dict[str, str]:
    """Make every good cost nothing, delete a third of them and half of the pictures."""
    with in_tenant(get_tenant(slug)):
        ProductVariant.objects.update(price_amount=0)
        gone = Product.objects.filter(pk__in=list(Product.objects.order_by("pk").values_list("pk", flat=True)[::3]))
        gone.delete()
    for path in files_below(folder("media", get_tenant(slug).schema_name))[::2]:
        path.unlink()
    return {}
