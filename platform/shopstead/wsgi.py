"""The WSGI entry point: what granian serves."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopstead.settings.local")

django.setup(set_prefix=False)

from shopstead.handler import Handler  # noqa: E402 - needs the models
from shopstead.page_cache import PageCache  # noqa: E402 - needs the models

application = PageCache(Handler())
