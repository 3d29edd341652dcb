from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    schema = "public"

    def ready(self) -> None:
        import accounts.receivers  # noqa: F401
