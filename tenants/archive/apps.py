from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    name = "tenants.archive"
    label = "archive"
    schema = "public"
