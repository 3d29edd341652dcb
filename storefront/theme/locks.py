"""Hold what two people may change at once."""

from storefront.theme.enums import VersionState
from storefront.theme.models import ThemeVersion


def lock_versions() -> list[ThemeVersion]:
    """Lock the draft and the published look, if there are any, in the order of their numbers."""
    return list(
        ThemeVersion.objects.select_for_update()
        .filter(state__in=[VersionState.DRAFT, VersionState.PUBLISHED])
        .order_by("pk")
    )
