"""Run inside the platform's own Django: reconcile at once, and judge what the books say of what was paid."""

import itertools
import os
import random
import signal
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.goods import WORDS
from celery import current_app
from django.conf import settings
from django.db import connections

from core.clock import utc_now
from core.outbox import services as outbox
from core.outbox.models import OutboxMessage
from core.tenancy import in_tenant
from integrations.stripe import gateway
from shopstead.embedded.sandbox import EmbeddedStripe
from shopstead.embedded.valkey import EmbeddedValkey
from storefront.catalog.models import ProductVariant
from storefront.catalog.services import create_product
from storefront.inventory.models import Stock
from storefront.inventory.services import set_stock
from storefront.orders.models import Order, OrderEvent, OrderLine
from storefront.payments.models import Payment, Refund
from storefront.payments.selectors import list_open_payments
from storefront.payments.services import open_account, reconcile_open, settle_payment
from storefront.payments.services.opening import PAGE_LIFE
from tenants.models import Tenant
from tenants.selectors import find_payment_account

# A command of Django's own knows nothing of the platform's sandbox.
_DATA = Path(os.environ["SHOPSTEAD_DATA_DIR"])
_SANDBOX = EmbeddedStripe(_DATA)
settings.STRIPE_API_BASE, settings.STRIPE_SECRET_KEY = _SANDBOX.api_base, _SANDBOX.secret_key

IN_STOCK = 100_000
SOON = timedelta(minutes=3)


def furnish(*, slug: str, count: int) -> list[int]:
    """Give a store an account and goods to sell; return the keys of their versions."""
    now = utc_now()
    tenant = Tenant.objects.get(slug=slug)
    with in_tenant(tenant):
        open_account(tenant=tenant, now=now)
        found = []
        for number in range(count):
            product = create_product(
                title=f"{WORDS[number % len(WORDS)].title()} {slug} {number}", price_amount=1000, actor="drill", now=now
            )
            variant = ProductVariant.objects.get(product=product)
            set_stock(variant_id=variant.pk, on_hand_count=IN_STOCK, actor="drill", now=now)
            found.append(variant.pk)
        return found


def reconcile(*, slug: str, after_the_hold: bool = False) -> int:
    """Do what the reconciler does every minute, as if its patience were over, until nothing is left; return how much it settled."""
    settled = 0
    with in_tenant(Tenant.objects.get(slug=slug)):
        for _turn in range(50):
            now = utc_now() + (PAGE_LIFE + SOON if after_the_hold else SOON)
            done = reconcile_open(now=now)
            settled += done
            if not done and not list_open_payments(now=now):  # it asks about a hundred at a time
                break
    return settled


def keep_settling(*, slugs: list[str], running: str) -> int:
    """Settle every open payment, again and again, while a file of this name is there; return how often one was asked about.

    The file is made here, to say that it has begun.
    """
    asked = 0
    Path(running).touch()
    while Path(running).exists():
        for slug in slugs:
            with in_tenant(Tenant.objects.get(slug=slug)):
                opened = Payment.objects.filter(state="waiting", stripe_checkout_session_id__isnull=False)
                for key in opened.values_list("pk", flat=True):
                    settle_payment(payment_id=key, actor="reconciler", now=utc_now())
                    asked += 1
        time.sleep(0.01)
    return asked


def kill_relays(*, times: int, seed: int) -> dict[str, int]:
    """Kill -9 so many relays between publishing a message and marking it; return how many, and how often they published."""
    dice = random.Random(seed)
    current_app.conf.broker_url = EmbeddedValkey(_DATA).broker_url
    died = sent = 0
    for _time in range(times):
        connections.close_all()
        last = dice.randint(1, 4)
        pid = os.fork()
        if pid == 0:
            _relay_until(last)
        _pid, status = os.waitpid(pid, 0)
        died += os.WIFSIGNALED(status)
        sent += last if os.WIFSIGNALED(status) else 0
    return {"died": died, "published": sent, "waiting": OutboxMessage.objects.filter(published_at=None).count()}


def _relay_until(last: int) -> None:
    """Relay in this process, and die right after having published that many; nothing of it is marked."""
    real, count = outbox._publish, itertools.count(1)

    def publish(message: OutboxMessage) -> None:
        real(message)
        if next(count) == last:
            os.kill(os.getpid(), signal.SIGKILL)

    outbox._publish = publish
    try:
        outbox.publish_waiting(now=utc_now())
    finally:
        os._exit(0)


def count_waiting(*, slug: str) -> int:
    """Return how many of a store's messages wait in the outbox for this moment."""
    schema_name = Tenant.objects.values_list("schema_name", flat=True).get(slug=slug)
    now = utc_now()
    return OutboxMessage.objects.filter(schema_name=schema_name, published_at=None, available_at__lte=now).count()


def list_buyers(*, slug: str) -> list[str]:
    """Return who has a paid order, by e-mail."""
    with in_tenant(Tenant.objects.get(slug=slug)):
        return list(Order.objects.filter(payment_status="paid").values_list("email", flat=True))


def count_paid(*, slug: str) -> int:
    """Return how many orders are paid."""
    with in_tenant(Tenant.objects.get(slug=slug)):
        return Order.objects.filter(payment_status="paid").count()


def judge(*, slug: str, is_over: bool = True) -> dict[str, Any]:
    """Lay orders, goods and timeline beside what the provider took, and say what was lost, doubled or leaked.

    Before it `is_over`, goods may be held for people who still could pay.
    """
    tenant = Tenant.objects.get(slug=slug)
    account = find_payment_account(tenant)
    assert account is not None
    with in_tenant(tenant):
        since = utc_now() - timedelta(hours=12)
        sessions = list(gateway.iter_checkout_sessions(account_id=account.external_id, since=since))
        taken = Counter(one.client_reference_id for one in sessions if one.is_paid)
        orders = {order.token: order for order in Order.objects.all()}
        back = Counter(Refund.objects.exclude(state="failed").values_list("payment__order__token", flat=True))
        added = Counter(
            Payment.objects.filter(state="paid", provider="stripe", amendment__isnull=False).values_list(
                "order__token", flat=True
            )
        )
        lost, doubled, leaked = [], [], []
        for token, times in taken.items():
            order = orders.get(token)
            if order is None:
                (leaked if token else lost).append(f"money for {token or 'nobody'}, which is no order here")
            elif not back[token] and order.payment_status != "paid":
                lost.append(f"{order.name} is paid there and {order.payment_status} here")
            if times - back[token] - added[token] > 1:
                doubled.append(f"{token} was paid {times} times")
        paid = [order for order in orders.values() if order.payment_status == "paid"]
        lost += [f"{order.name} is paid here and not there" for order in paid if not taken[order.token]]
        doubled += [
            f"{email} has {times} paid orders"
            for email, times in Counter(one.email for one in paid).items()
            if times > 1
        ]
        for kind in ("order.paid", "mail.confirmation"):
            told = Counter(OrderEvent.objects.filter(type=kind).values_list("order__name", flat=True))
            doubled += [f"{name}: {kind} {times} times" for name, times in told.items() if times > 1]
        leaked += [f"{order.name} is {order.email}'s" for order in paid if not order.email.startswith(f"{slug}-")]
        sold = sum(OrderLine.objects.filter(order__in=[one.pk for one in paid]).values_list("quantity", flat=True))
        stock = Stock.objects.all()
        gone = IN_STOCK * stock.count() - sum(stock.values_list("on_hand_count", flat=True))
        held = sum(stock.values_list("reserved_count", flat=True))
        if gone != sold or (held and is_over):
            lost.append(f"{sold} sold, {gone} gone from the shelves, {held} held for nobody")
        waiting = Payment.objects.filter(state__in=("intent", "waiting")).count()
        return {
            "lost": lost,
            "doubled": doubled,
            "leaked": leaked,
            "paid": len(paid),
            "taken": len(taken),
            "waiting": waiting,
        }
