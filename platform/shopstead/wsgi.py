"""The WSGI entry point: what granian serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopstead.settings.local")

application = get_wsgi_application()
