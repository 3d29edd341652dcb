from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "integrations.mail"
    label = "mail"

    def ready(self) -> None:
        from anymail.signals import tracking

        from integrations.mail.returns import note_event

        tracking.connect(note_event, dispatch_uid="integrations.mail")
