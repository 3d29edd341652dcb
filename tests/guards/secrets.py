"""The guards of what a browser or a mail carries: sessions, links, passes, cookies."""

import pytest
from django.utils.crypto import salted_hmac

from tests.guards.registry import guard


@guard(
    "session-in-its-store",
    "T1",
    "T3",
    what="A store's sessions stand in its own schema; another's cookie finds no row.",
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep all sessions in one table of public, as django.contrib.sessions does."""
    monkeypatch.setattr("core.sessions.is_public", lambda: True)


@guard("session-stays-in-its-store", "T1", "T9", what="A session that was opened in one store is not read in another.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.sessions.current_schema", lambda: "anywhere")


@guard("session-signed-for-its-store", "T1", what="What ties a session to a shopper names the store.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_store(customer: object) -> str:
        return salted_hmac("x", f"{customer.pk}:{customer.password}").hexdigest()  # type: ignore[attr-defined]

    monkeypatch.setattr("storefront.customers.sessions.session_hash", without_store)
    monkeypatch.setattr("tests.isolation.conftest.session_hash", without_store)


@guard(
    "link-made-for-its-store", "T4", what="A sign-in link's token is made of the store, and compared when it is used."
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storefront.customers.services.links.constant_time_compare", lambda _one, _other: True)


@guard("reading-key-of-its-store", "T4", what="What proves that a mail was read names the store.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storefront.support.selectors.current_schema", lambda: "everywhere")


@guard("pass-for-one-store", "T2", "T4", "T21", what="A pass into a dashboard works in the store that it was made for.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from accounts.models import LoginHandoff
    from accounts.services import handoffs

    redeem = handoffs.redeem_handoff

    def anywhere(*, token: str, tenant_id: int, **more: object) -> LoginHandoff:
        meant = LoginHandoff.objects.filter(token_hash=handoffs._hash(token)).first()
        return redeem(token=token, tenant_id=meant.tenant_id if meant else tenant_id, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("tenants.dashboard.redeem_handoff", anywhere)


@guard("cookies-of-one-host", "T3", what="In production cookies are bound to the host by their name, with no domain.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    """Follow the advice that is often given for subdomains."""
    monkeypatch.setattr("shopstead.settings.base.SESSION_COOKIE_DOMAIN", ".example.com", raising=False)


@guard("csrf-checked", "T3", what="Nothing is written for a session without the token of its own page.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.middleware.csrf.CsrfViewMiddleware.process_view", lambda *_asked: None)


@guard(
    "same-origin-form", "T3", what="A form without a token is taken from this very origin alone, by the browser's word."
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be content with a form of the same site, or with a browser that says nothing."""
    monkeypatch.setattr("core.csrf.CsrfMiddleware._is_from_this_origin", lambda *_asked: True)
    monkeypatch.setattr("core.csrf.CsrfMiddleware._origin_verified", lambda *_asked: True, raising=False)


@guard("own-address-only", "T5", what="A shopper's address is looked for among the shopper's own.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from storefront.customers.models import Address

    monkeypatch.setattr(
        "storefront.customers.pages.details.get_address",
        lambda *, customer, address_id: Address.objects.get(pk=address_id),
    )


@guard(
    "permission-of-the-view",
    "T5",
    "T21",
    what="A page of the dashboard is refused to roles without the right it names.",
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenants.middleware.DashboardMiddleware.process_view", lambda *_asked: None)


@guard("unmarked-stays-closed", "T21", what="A page of the dashboard that names no right is refused to everybody.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.access import Access

    monkeypatch.setattr("tenants.middleware.find_access", lambda _view: Access(None, None))


@guard("own-orders-only", "T5", what="A shopper's account lists the shopper's own orders.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from storefront.orders.selectors import list_orders

    monkeypatch.setattr("storefront.orders.pages.list_customer_orders", lambda _customer: list_orders(view="all"))
