"""`shopstead doctor`: look at every part and say what to do about what is wrong."""

import smtplib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from celery import current_app
from django.conf import settings
from django.core.mail import get_connection
from django.db import connection

from core.clock import utc_now
from core.errors import ShopsteadError
from core.tenancy import in_public
from integrations.mail.providers import PROVIDERS
from integrations.stripe.gateway_billing import list_customer_subscriptions
from shopstead.cli.output import answer
from tenants.fleet.services import survey_fleet

Check = Callable[[], str]


class Unwell(Exception):
    """A part does not work; the message says what to do."""


def examine(*, as_json: bool) -> int:
    """Run every check and return 0 when all are well, else 1."""
    results = [_run(name, check) for name, check in CHECKS]
    lines = [f"{'ok  ' if result['ok'] else 'BAD '} {result['check']}: {result['says']}" for result in results]
    answer(results, as_json=as_json, lines=lines)
    return 0 if all(result["ok"] for result in results) else 1


def _run(name: str, check: Check) -> dict[str, str | bool]:
    try:
        return {"check": name, "ok": True, "says": check()}
    except Exception as error:
        return {"check": name, "ok": False, "says": str(error)}


def database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), now() - clock_timestamp()")
        version, _difference = cursor.fetchone()
    return f"PostgreSQL {version}"


def schemas() -> str:
    with in_public():
        survey = survey_fleet(now=utc_now(), verify=True)
    behind = [each.tenant.slug for each in survey.behind]
    if behind:
        raise Unwell(f"{len(behind)} stores are behind ({', '.join(behind[:5])}): run shopstead tenant migrate")
    if survey.drifted:
        slug, columns = next(iter(survey.drifted.items()))
        raise Unwell(
            f"{len(survey.drifted)} schemas lack columns, such as {columns[0]} in {slug}: restore those stores"
        )
    return f"{survey.stores_count} stores, all up to date"


def broker() -> str:
    with current_app.connection_for_write() as link:
        link.ensure_connection(max_retries=1, timeout=2)
    return str(urlsplit(settings.CELERY_BROKER_URL).scheme)


def storage() -> str:
    probe = Path(settings.MEDIA_ROOT) / ".probe"
    probe.parent.mkdir(parents=True, exist_ok=True)
    probe.write_text("x")
    probe.unlink()
    return str(settings.MEDIA_ROOT)


def mail() -> str:
    provider = PROVIDERS.get(settings.MAIL_PROVIDER)
    if provider is not None:
        hears = (
            "" if settings.ANYMAIL.get("WEBHOOK_SECRET") else "; set MAIL_WEBHOOK_SECRET to hear which mails come back"
        )
        return f"{provider.label}, not asked{hears}"
    try:
        with get_connection():
            return f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    except (OSError, smtplib.SMTPException) as error:
        raise Unwell(f"the mail server does not answer ({error}): check EMAIL_URL") from error


def stripe() -> str:
    try:
        list_customer_subscriptions("cus_doctor")
    except ShopsteadError as error:
        if error.status >= 500:
            raise Unwell(f"Stripe does not accept us ({error}): check STRIPE_SECRET_KEY") from error
    if not settings.STRIPE_WEBHOOK_SECRET:
        raise Unwell("no webhook secret: set STRIPE_WEBHOOK_SECRET")
    return (
        "sandbox"
        if settings.STRIPE_API_BASE
        else "live keys"
        if "_live_" in settings.STRIPE_SECRET_KEY
        else "test keys"
    )


def domain() -> str:
    return f"{settings.PUBLIC_SCHEME}://{settings.BASE_DOMAIN}{settings.PUBLIC_PORT_SUFFIX}"


CHECKS: list[tuple[str, Check]] = [
    ("database", database),
    ("schemas", schemas),
    ("broker", broker),
    ("storage", storage),
    ("mail", mail),
    ("stripe", stripe),
    ("domain", domain),
]
