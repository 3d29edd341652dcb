"""Who may change what a merchant says about search: one at a time."""

from storefront.search.models import SearchSettings


def lock_settings() -> SearchSettings:
    """Return the settings' row, made where there is none, locked until the transaction ends."""
    SearchSettings.objects.get_or_create(pk=1)
    return SearchSettings.objects.select_for_update().get(pk=1)
