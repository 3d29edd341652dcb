"""The lock on what a store says of its mails."""

from storefront.notifications.models import MailSettings


def lock_mail_settings() -> MailSettings:
    """Lock the row until the transaction ends; it is made where there is none."""
    MailSettings.objects.get_or_create(pk=1)
    return MailSettings.objects.select_for_update().get(pk=1)
