"""The platform's own host, from our settings and never from a request."""

from django.conf import settings


def platform_url(path: str = "/") -> str:
    """Return an absolute address on the platform's own host."""
    return f"{platform_origin()}{path}"


def platform_origin() -> str:
    """Return scheme, host and port of the platform, as browsers write an origin: no slash at the end."""
    return f"{settings.PUBLIC_SCHEME}://{settings.BASE_DOMAIN}{settings.PUBLIC_PORT_SUFFIX}"
