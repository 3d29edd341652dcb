from typing import ClassVar

from django.apps import AppConfig

from core.handling import Handling


class NotificationsConfig(AppConfig):
    name = "storefront.notifications"
    label = "notifications"
    schema = "tenant"
    not_on_pages = ("notifications_mailsettings", "notifications_unreachableaddress")
    handled: ClassVar[dict[str, dict[str, Handling]]] = {
        "notifications_mailsettings": {"reply_to": Handling.EMAIL},
        "notifications_unreachableaddress": {"email": Handling.EMAIL, "words": Handling.WORDS},
    }

    def ready(self) -> None:
        from core.events import subscribe
        from integrations.mail.events import MailReturned
        from integrations.mail.voices import add_voice
        from storefront.customers.events import CustomerDataAsked, CustomerErased
        from storefront.notifications.answers import add_unreachable, forget_unreachable, note_returned
        from storefront.notifications.voices import find_mail_voice

        add_voice(find_mail_voice)
        subscribe(MailReturned, note_returned)
        subscribe(CustomerDataAsked, add_unreachable)
        subscribe(CustomerErased, forget_unreachable)
