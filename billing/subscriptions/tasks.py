"""Trials that end, and the comparison with Stripe."""

from celery import shared_task
from django.utils import translation
from django.utils.translation import gettext as _

from billing.subscriptions import leaving
from billing.subscriptions.services import reconcile, scan_trials
from core.clock import utc_now
from core.tasks import PlatformTask
from integrations.mail.again import MAIL_AGAIN
from integrations.mail.services import send_mail
from integrations.stripe.errors import StripeUnavailable
from tenants.models import Tenant
from tenants.selectors import store_url


@shared_task(base=PlatformTask, name="billing.subscriptions.scan_trials", ignore_result=True)
def scan() -> None:
    scan_trials(now=utc_now())


@shared_task(base=PlatformTask, name="billing.subscriptions.reconcile", ignore_result=True)
def compare_with_stripe() -> None:
    reconcile(now=utc_now())


@shared_task(
    base=PlatformTask,
    name="billing.subscriptions.plan_end",
    ignore_result=True,
    autoretry_for=(StripeUnavailable,),
    retry_backoff=30,
    max_retries=8,
)
def plan_end(*, tenant_id: int, at_period_end: bool) -> None:
    leaving.plan_end(tenant_id=tenant_id, at_period_end=at_period_end)


@shared_task(
    base=PlatformTask,
    name="billing.subscriptions.mail_trial_ended",
    ignore_result=True,
    **MAIL_AGAIN,
)
def mail_trial_ended(*, tenant_id: int) -> None:
    tenant = Tenant.objects.get(pk=tenant_id)
    with translation.override(tenant.language):
        subject = _("The trial of %(name)s has ended") % {"name": tenant.name}
        label = _("Choose a plan")
    send_mail(
        to=tenant.contact_email,
        subject=subject,
        template="subscriptions/email/trial_ended",
        context={
            "tenant": tenant,
            "action_url": store_url(tenant, "/dashboard/settings/billing/"),
            "action_label": label,
        },
        language=tenant.language,
    )
