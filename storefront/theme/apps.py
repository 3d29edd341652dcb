from django.apps import AppConfig

from core.events import subscribe
from integrations.mail.looks import add_look
from tenants.events import StoreCopied, TenantSeeding


class ThemeConfig(AppConfig):
    name = "storefront.theme"
    label = "theme"
    schema = "tenant"

    def ready(self) -> None:
        from storefront.theme.copies import sanitize_copy
        from storefront.theme.mails import find_mail_look

        subscribe(TenantSeeding, furnish)
        subscribe(StoreCopied, sanitize_copy)
        add_look(find_mail_look)


def furnish(event: TenantSeeding) -> None:
    """Give a new store its first look."""
    from storefront.theme.services import furnish_theme  # models are not loaded when this file is

    furnish_theme(store_name=event.tenant.name, language=event.tenant.language, now=event.now)
