"""Read how the making of stores goes."""

from collections.abc import Iterable

from tenants.provisioning.models import ProvisioningTrouble


def list_troubled(tenant_ids: Iterable[int]) -> set[int]:
    """Return those of the stores whose making has failed at least once and that are not ready yet."""
    return set(ProvisioningTrouble.objects.filter(tenant__in=tenant_ids).values_list("tenant_id", flat=True))
