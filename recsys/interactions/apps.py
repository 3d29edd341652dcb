from django.apps import AppConfig


class InteractionsConfig(AppConfig):
    name = "recsys.interactions"
    label = "interactions"
    schema = "tenant"
