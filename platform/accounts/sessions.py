"""What a session knows of the person in it: the token of a log-in, which is looked up on every request."""

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.utils.crypto import constant_time_compare

from accounts.models import LoginSession, User
from accounts.selectors import find_open_login
from accounts.services import see_login
from core.addresses import client_address
from core.clock import utc_now
from core.http import HttpRequest

LOGIN_KEY = "login"

# The name and slug of a store that opens once its person has a second step.
WAITING_STORE = "waiting_store"


def find_person(request: HttpRequest) -> User | AnonymousUser:
    """Return who is logged in on this host, in one query, or nobody.

    A session is worth nothing without an open log-in of the same person on the same host: the platform's, or this very
    store's. A changed password changes the session's hash and ends it as well. What else the session holds, such as a
    shopper's cart, stays.
    """
    request.login_session = None
    token, person = request.session.get(LOGIN_KEY), request.session.get(SESSION_KEY)
    if person is None:
        return AnonymousUser()
    login = find_open_login(token=str(token), user_id=int(person), tenant_id=_tenant_id(request)) if token else None
    if login is None or not _hash_holds(request, login.user):
        for key in (SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY, LOGIN_KEY):
            request.session.pop(key, None)
        return AnonymousUser()
    see_login(login=login, address=client_address(request), now=utc_now())
    request.login_session = login
    return login.user


def current_login(request: HttpRequest) -> LoginSession | None:
    """Return the log-in that this request is made with, or None for nobody."""
    return request.login_session if request.user.is_authenticated else None


def _tenant_id(request: HttpRequest) -> int | None:
    return request.tenant.pk if request.tenant is not None else None


def _hash_holds(request: HttpRequest, user: User) -> bool:
    """Tell whether the session was made with the present password, under this SECRET_KEY or one before it."""
    kept = str(request.session.get(HASH_SESSION_KEY, ""))
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(kept, each) for each in hashes)
