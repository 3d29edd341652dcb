from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "core.lists"
    label = "lists"
    schema = "tenant"
