"""The request as views see it, after the middleware has put on it what it knows."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest as DjangoHttpRequest

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails


class HttpRequest(DjangoHttpRequest):
    """For annotations only: a request with the store, its shopper, the member at work, and htmx's words.

    `tenant` is None on the platform's own host; `is_sandbox` tells of a store that is a copy for trying things out;
    `customer` is None for a visitor; `membership` is set below
    /dashboard/, and `permissions` is what its role may do; `user` is a platform user there and may be anonymous elsewhere;
    `login_session` is set once `user` was looked at; `support` is the open support session, whose `user` is another person,
    and `support_refused` tells that something was closed to it; `support_outside` is the session whose browser looks at the
    storefront, as nobody. `sees_draft` tells of a preview of the look, once it was asked.
    """

    tenant: Any
    is_sandbox: bool
    customer: Any
    membership: Any
    permissions: frozenset[str]
    htmx: "HtmxDetails"
    user: Any
    login_session: Any
    support: Any
    support_refused: bool
    support_outside: Any
    parent_login: Any
    sees_draft: bool
