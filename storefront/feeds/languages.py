"""A page's address in each language of the store."""

from dataclasses import dataclass

from core.tenancy import current_tenant
from tenants.selectors import store_url


@dataclass(frozen=True, slots=True)
class Alternate:
    """A language as search engines write it (``zh-Hans``, ``x-default``), and the page's absolute address in it."""

    code: str
    url: str


def list_alternates(path: str) -> list[Alternate]:
    """Return the page's addresses, the store's own language first and again at the end as the one for everybody else.

    `path` has no language in front: ``/products/mug/``.
    """
    tenant = current_tenant()
    own = store_url(tenant, path)
    return [
        Alternate(html_language(tenant.language), own),
        *(Alternate(html_language(code), store_url(tenant, f"/{code}{path}")) for code in tenant.further_languages),
        Alternate("x-default", own),
    ]


def html_language(code: str) -> str:
    """Return a language as BCP 47 writes it: ``zh-hans`` is ``zh-Hans``."""
    language, _dash, script = code.partition("-")
    return f"{language}-{script.title()}" if script else language
