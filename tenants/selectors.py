"""Read stores, their people and their entitlements."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import OuterRef
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.db.prepared import prepared_cursor
from core.origin import platform_url as platform_url
from core.tenancy import in_public
from tenants.enums import Role, TenantState
from tenants.errors import TenantNotFound
from tenants.models import Domain, Entitlement, Membership, PaymentAccount, Tenant, TenantQuerySet

CHECKOUT = "checkout"
STRIPE = "stripe"
# Whether shoppers may buy, and the account that takes money for the store, empty where none does.
_SELLER = """
SELECT EXISTS (
         SELECT FROM public.tenants_entitlement AS entitlement
           JOIN public.tenants_tenant AS tenant ON tenant.id = entitlement.tenant_id
          WHERE tenant.id = %s AND tenant.state = %s AND entitlement.key = %s
            AND (entitlement.valid_until IS NULL OR entitlement.valid_until > %s)
            AND (entitlement.value IS NULL OR entitlement.value > 0))::text,
       coalesce((
         SELECT external_id FROM public.tenants_paymentaccount
          WHERE tenant_id = %s AND provider = %s AND charges_enabled), '')::text
"""
_PLACE = """
SELECT place.*, EXISTS (
         SELECT FROM public.tenants_membership AS other
          WHERE other.user_id = place.user_id AND other.tenant_id <> place.tenant_id) AS has_other_stores
  FROM public.tenants_membership AS place JOIN public.accounts_user AS person ON person.id = place.user_id
 WHERE place.user_id = %s AND place.tenant_id = %s AND person.is_active
"""


@dataclass(frozen=True, slots=True)
class Seller:
    """Whether shoppers may buy in a store, and the account that takes its money, empty where none does."""

    is_open: bool
    account_id: str


def get_tenant(slug: str) -> Tenant:
    """Return the store with this address name.

    Raises: TenantNotFound.
    """
    tenant = Tenant.objects.filter(slug=slug).first()
    if tenant is None:
        raise TenantNotFound(_("There is no store called “%(slug)s”.") % {"slug": slug[:60]})
    return tenant


def find_tenant_by_host(host: str) -> Tenant | None:
    """Return the store of exactly this host name, in whatever state it is and with its primary host, or None."""
    verified = Domain.objects.filter(verified_at__isnull=False)
    primary = verified.filter(tenant=OuterRef("tenant"), is_primary=True).values("domain")[:1]
    with in_public():
        domain = verified.select_related("tenant").filter(domain=host).annotate(primary_host=primary).first()
    if domain is None:
        return None
    tenant: Tenant = domain.tenant
    tenant.primary_host = domain.primary_host
    return tenant


def find_tenant_by_account(external_id: str) -> Tenant | None:
    """Return the store that owns this payment account by our own records, or None."""
    with in_public():
        account = PaymentAccount.objects.select_related("tenant").filter(external_id=external_id).first()
    return account.tenant if account else None


def find_payment_account(tenant: Tenant, provider: str = STRIPE) -> PaymentAccount | None:
    """Return the store's account with this provider, or None."""
    with in_public():
        return PaymentAccount.objects.filter(tenant=tenant, provider=provider).first()


def find_membership(*, user: User, tenant: Tenant) -> Membership | None:
    """Return the person's place in the store, or None; `has_other_stores` tells whether they have more places.

    Asked on every request to a dashboard, so it is written out: building the statement from models took longer than to run it.
    """
    return next(iter(Membership.objects.raw(_PLACE, [user.pk, tenant.pk])), None)


def list_own_tenants(user: User) -> TenantQuerySet:
    """Return the stores the person works in; inactive people work in none."""
    return Tenant.objects.filter(memberships__user_id=user.pk, memberships__user__is_active=True)


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
    return find_seller(tenant=tenant, now=now).is_open


def find_seller(*, tenant: Tenant, now: datetime) -> Seller:
    """Return what decides whether a store sells; one query that is planned once."""
    with prepared_cursor() as cursor:
        cursor.execute(_SELLER, [tenant.pk, TenantState.READY, CHECKOUT, now, tenant.pk, STRIPE])
        is_open, account_id = cursor.fetchone()
    return Seller(is_open == "true", account_id)


def store_url(tenant: Tenant, path: str = "/") -> str:
    """Return an absolute address of the store, from our own records and never from a request.

    The storefront is linked by the primary domain. The dashboard is linked by the platform's own subdomain, so that a merchant
    whose domain stopped working still gets in.
    """
    host = default_host(tenant.slug) if path.startswith("/dashboard/") else _primary_host(tenant)
    return f"{settings.PUBLIC_SCHEME}://{host}{settings.PUBLIC_PORT_SUFFIX}{path}"


def _primary_host(tenant: Tenant) -> str:
    if tenant.primary_host is not None:
        return tenant.primary_host
    with in_public():
        primary = Domain.objects.filter(tenant_id=tenant.pk, is_primary=True, verified_at__isnull=False)
        return primary.values_list("domain", flat=True).first() or default_host(tenant.slug)


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
