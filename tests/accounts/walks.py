"""What people do on the platform's host, with Django's client."""

import json
import re
import time
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from bs4 import BeautifulSoup
from django.core import mail
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from accounts.services import open_login, turn_codes_on
from accounts.visits import Visit
from core.clock import utc_now
from core.outbox.models import OutboxMessage
from tenants.models import Tenant
from tenants.selectors import default_host
from tests.accounts.authenticator import SoftwarePasskey
from tests.fixtures.tenancy import PASSWORD

HERE = Visit(user_agent="Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", address="192.0.2.7")


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


def is_inside(client: Client) -> bool:
    """Tell whether the browser is logged in on the platform."""
    return client.get("/stores/").status_code == 200


def code_of(secret: str, *, periods: int = 0) -> str:
    """The six digits that an app shows now, or so many half minutes from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + periods))


def with_codes(user: User) -> str:
    """Set up an app for codes and return its secret."""
    confirmed(user)
    now, secret = utc_now(), generate_totp_secret()
    login = user.logins.filter(revoked_at__isnull=True).first() or open_login(user=user, now=now)
    turn_codes_on(user_id=user.pk, secret=secret, login=login, visit=HERE, now=now)
    return secret


def with_passkey(user: User, passkey: SoftwarePasskey | None = None) -> SoftwarePasskey:
    """Add a passkey by the page and return it."""
    confirmed(user)
    client = log_in(user)
    passkey = passkey or SoftwarePasskey()
    assert add_passkey(client, passkey).status_code == 302
    client.post("/logout/")
    return passkey


def add_passkey(client: Client, passkey: SoftwarePasskey, name: str = "My phone") -> HttpResponse:
    options = options_of(client.get("/account/passkeys/add/"))
    return client.post("/account/passkeys/add/", {"name": name, "credential": passkey.make(options)})


def recovery_codes(user: User) -> list[str]:
    row = Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES)
    return list(row.wrap().get_unused_codes())


def confirmed(user: User) -> None:
    """Take the address as confirmed."""
    User.objects.filter(pk=user.pk).update(email_confirmed_at=utc_now())


def options_of(response: HttpResponse) -> dict[str, Any]:
    """What the page's form gives the browser to ask a passkey."""
    form = BeautifulSoup(response.content, "html.parser").select_one("form[data-options]")
    assert form is not None
    return json.loads(str(form["data-options"]))


def deliver() -> list[Any]:
    """Let the worker send what waits for it and return the mails."""
    from celery import current_app

    current_app.loader.import_default_modules()
    mail.outbox.clear()
    for message in OutboxMessage.objects.filter(task__startswith="accounts.").order_by("pk"):
        current_app.tasks[message.task](**message.kwargs)
        message.delete()
    return list(mail.outbox)


def link_in(message: Any) -> str:
    """The platform's page that a mail leads to, without the host."""
    found = re.search(r"http://localhost(/\S+)", message.body)
    assert found is not None, message.body
    return found[1]
