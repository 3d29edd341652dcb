"""Read stores, their people and their entitlements."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.origin import platform_url as platform_url
from core.tenancy import in_public
from tenants.enums import Role, TenantState
from tenants.errors import TenantNotFound
from tenants.models import Domain, Entitlement, Membership, PaymentAccount, Tenant

CHECKOUT = "checkout"


def get_tenant(slug: str) -> Tenant:
    """Return the store with this address name.

    Raises: TenantNotFound.
    """
    tenant = Tenant.objects.filter(slug=slug).first()
    if tenant is None:
        raise TenantNotFound(_("There is no store called “%(slug)s”.") % {"slug": slug[:60]})
    return tenant


def find_tenant_by_host(host: str) -> Tenant | None:
    """Return the store of exactly this host name, in whatever state it is, or None."""
    with in_public():
        domain = Domain.objects.select_related("tenant").filter(domain=host, verified_at__isnull=False).first()
    return domain.tenant if domain else None


def find_tenant_by_account(external_id: str) -> Tenant | None:
    """Return the store that owns this payment account by our own records, or None."""
    with in_public():
        account = PaymentAccount.objects.select_related("tenant").filter(external_id=external_id).first()
    return account.tenant if account else None


def find_payment_account(tenant: Tenant, provider: str = "stripe") -> PaymentAccount | None:
    """Return the store's account with this provider, or None."""
    with in_public():
        return PaymentAccount.objects.filter(tenant=tenant, provider=provider).first()


def find_membership(*, user: User, tenant: Tenant) -> Membership | None:
    """Return the person's place in the store, or None."""
    return Membership.objects.filter(user_id=user.pk, tenant_id=tenant.pk, user__is_active=True).first()


def list_memberships(user: User) -> list[Membership]:
    """Return the stores the person works in, by name."""
    return list(Membership.objects.filter(user=user).select_related("tenant").order_by("tenant__name"))


def list_owners(tenant: Tenant) -> list[User]:
    """Return the store's owners who can log in, the first one first."""
    places = Membership.objects.filter(tenant_id=tenant.pk, role=Role.OWNER, user__is_active=True)
    return [place.user for place in places.select_related("user").order_by("pk")]


def get_limit(*, tenant: Tenant, key: str, now: datetime) -> int | None:
    """Return the plan's limit: 0 when there is no valid entitlement, None for without limit."""
    with in_public():
        entitlement = Entitlement.objects.filter(tenant_id=tenant.pk, key=key).first()
    return _value_of(entitlement, now=now)


def is_checkout_open(*, tenant: Tenant, now: datetime) -> bool:
    """Tell whether shoppers may buy: the store is ready, billing has opened its checkout, and that has not run out."""
    with in_public():
        entitlement = Entitlement.objects.filter(
            tenant_id=tenant.pk, tenant__state=TenantState.READY, key=CHECKOUT
        ).first()
    limit = _value_of(entitlement, now=now)
    return limit is None or limit > 0


def store_url(tenant: Tenant, path: str = "/") -> str:
    """Return an absolute address on the store's primary domain, from our own records and never from a request."""
    with in_public():
        host = Domain.objects.filter(tenant_id=tenant.pk, is_primary=True).values_list("domain", flat=True).first()
    return f"{settings.PUBLIC_SCHEME}://{host or default_host(tenant.slug)}{settings.PUBLIC_PORT_SUFFIX}{path}"


def default_host(slug: str) -> str:
    """Return the host name every store has from the start."""
    return f"{slug}.{settings.BASE_DOMAIN}"


def find_demo_url() -> str | None:
    """Return the address of a demo store to look round in, or None where there is none."""
    with in_public():
        tenant = Tenant.objects.working().filter(is_demo=True, language="en").order_by("pk").first()
    return store_url(tenant) if tenant else None


def _value_of(entitlement: Entitlement | None, *, now: datetime) -> int | None:
    if entitlement is None or (entitlement.valid_until is not None and entitlement.valid_until <= now):
        return 0
    return entitlement.value
