"""A look at the draft: a signed pass of half an hour that holds for one person's session in one store."""

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from core.http import HttpRequest
from core.tenancy import current_schema
from tenants.people.permissions import Permission, permissions_of
from tenants.selectors import find_membership

PARAMETER = "preview"
LIFE_SECONDS = 30 * 60
_SALT = "storefront.theme.preview"


def make_pass(request: HttpRequest) -> str:
    """Return a pass for whoever sends this request of the dashboard."""
    return signing.dumps(_bind(request), salt=_SALT)


def is_preview(request: HttpRequest) -> bool:
    """Tell whether the request may see the draft: the pass is ours, young, of this session, and its holder still works here.

    Asked once a request.
    """
    known: bool | None = getattr(request, "sees_draft", None)
    if known is None:
        known = PARAMETER in request.GET and _holds(request)
        request.sees_draft = known
    return known


def _holds(request: HttpRequest) -> bool:
    try:
        bound = signing.loads(request.GET[PARAMETER], salt=_SALT, max_age=LIFE_SECONDS)
    except signing.BadSignature:
        return False
    if (
        not isinstance(bound, str)
        or not request.session.session_key
        or not constant_time_compare(bound, _bind(request))
    ):
        return False
    if request.tenant is None or not request.user.is_authenticated:
        return False
    membership = find_membership(user=request.user, tenant=request.tenant)
    return membership is not None and Permission.THEME_EDIT in permissions_of(membership.role)


def _bind(request: HttpRequest) -> str:
    told = f"{current_schema()}:{request.session.session_key}"
    return salted_hmac(_SALT, told, algorithm="sha256").hexdigest()
