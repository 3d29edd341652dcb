"""What people do on the platform's host, with Django's client."""

from urllib.parse import urlsplit

from django.test import Client

from accounts.models import User
from tenants.models import Tenant
from tenants.selectors import default_host
from tests.fixtures.tenancy import PASSWORD


def platform(agent: str = "") -> Client:
    """A browser on the platform's host."""
    headers = {"host": "localhost"}
    return Client(headers=headers | {"user-agent": agent} if agent else headers)


def log_in(user: User, *, password: str = PASSWORD, agent: str = "") -> Client:
    """A browser in which the person has just logged in."""
    client = platform(agent)
    response = client.post("/login/", {"email": user.email, "password": password})
    assert response["Location"] == "/stores/"
    return client


def enter(client: Client, tenant: Tenant) -> Client:
    """A browser on the store's host, carried over from the platform's."""
    entry = urlsplit(client.get(f"/stores/{tenant.slug}/enter/")["Location"])
    store = Client(headers={"host": default_host(tenant.slug)})
    assert store.get(f"{entry.path}?{entry.query}")["Location"] == "/dashboard/"
    return store


def is_in(store: Client) -> bool:
    """Tell whether the browser sees the store's dashboard."""
    return store.get("/dashboard/settings/").status_code == 200
