"""The console's work in the background."""

from celery import shared_task
from django.utils import translation
from django.utils.translation import gettext as _

from console.models import SupportAccess
from console.services.facts import refresh_facts
from console.services.operations import MIGRATE_TASK, apply_migrations
from console.services.support import end_overdue
from core.clock import utc_now
from core.tasks import PlatformTask, TenantTask
from core.tenancy import current_tenant
from integrations.mail.again import MAIL_AGAIN
from integrations.mail.services import send_mail
from tenants.enums import Role
from tenants.models import Membership, Tenant
from tenants.selectors import store_url


@shared_task(base=TenantTask, name="console.refresh_facts", ignore_result=True)
def refresh() -> None:
    refresh_facts(tenant=current_tenant(), now=utc_now())


@shared_task(base=PlatformTask, name=MIGRATE_TASK, ignore_result=True)
def migrate_store(*, tenant_id: int) -> None:
    apply_migrations(tenant=Tenant.objects.get(pk=tenant_id), now=utc_now())


@shared_task(base=PlatformTask, name="console.end_overdue", ignore_result=True)
def end_overdue_sessions() -> None:
    end_overdue(now=utc_now())


@shared_task(
    base=PlatformTask,
    name="console.mail_support_started",
    ignore_result=True,
    **MAIL_AGAIN,
)
def mail_support_started(*, access_id: int, user_id: int | None = None) -> None:
    """Tell an owner of the store, in their language, who looks in as whom and why; all of them where none is named.

    Each is told by a task of their own: an address that takes no mail keeps none from the others.
    """
    access = SupportAccess.objects.select_related("tenant", "staff", "as_user").get(pk=access_id)
    owners = Membership.objects.filter(tenant_id=access.tenant_id, role=Role.OWNER, user__is_active=True)
    if user_id is not None:
        owners = owners.filter(user_id=user_id)
    for owner in owners.select_related("user"):
        with translation.override(owner.user.language):
            subject = _("Shopstead support is looking into %(store)s") % {"store": access.tenant.name}
            label = _("See what support does, or end it")
        send_mail(
            to=owner.user.email,
            subject=subject,
            template="console/email/support_started",
            context={
                "access": access,
                "tenant": access.tenant,
                "staff": access.staff.display_name if access.staff else access.staff_email,
                "target": access.as_user.display_name if access.as_user else access.as_email,
                "action_url": store_url(access.tenant, f"/dashboard/settings/support-access/{access.pk}/"),
                "action_label": label,
            },
            language=owner.user.language,
        )
