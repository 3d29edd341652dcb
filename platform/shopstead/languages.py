"""The language that an address of a store names."""

from django.conf import settings

from tenants.models import Tenant

SUPPORTED = dict(settings.LANGUAGES)


def split_language(path: str, tenant: Tenant) -> tuple[str, str]:
    """Return the language and the path without it: a store's first language has no prefix, `/zh-hans/…` is another."""
    first, _slash, rest = path.removeprefix("/").partition("/")
    if first in tenant.further_languages:
        return first, f"/{rest}"
    return str(tenant.language), path
