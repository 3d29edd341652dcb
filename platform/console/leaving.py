"""A store that is erased is named in no announcement any more."""

from console.models import Announcement
from tenants.events import TenantErasing


def forget_store(event: TenantErasing) -> None:
    """Take the store out of the announcements that name it; those that were for it alone go."""
    tenant_id = event.tenant.pk
    gone = 0
    for announcement in Announcement.objects.filter(tenant_ids__contains=[tenant_id]):
        others = [other for other in announcement.tenant_ids if other != tenant_id]
        if others:
            Announcement.objects.filter(pk=announcement.pk).update(tenant_ids=others)
        else:
            announcement.delete()
            gone += 1
    event.erased["announcements"] = gone
