"""The WSGI entry point: what granian serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopstead.settings.local")

_django = get_wsgi_application()

from shopstead.page_cache import PageCache  # noqa: E402 - needs the models

application = PageCache(_django)
