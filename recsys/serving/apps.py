from django.apps import AppConfig


class ServingConfig(AppConfig):
    name = "recsys.serving"
    label = "serving"
    schema = "tenant"
