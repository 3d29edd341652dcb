from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "billing.plans"
    label = "plans"
    schema = "public"
