from django.apps import AppConfig


class FreshnessConfig(AppConfig):
    name = "core.freshness"
    label = "freshness"
    schema = "public"
