"""The tests: local settings with quick password hashes and no memory between requests."""

import os

# So that tools which only read the settings (mypy's Django plugin) need no environment; the tests set real servers first.
for _name, _value in {
    "SECRET_KEY": "only-for-tests-" * 4,
    "DATABASE_URL": "postgres://nobody@127.0.0.1:9/none",
    "BROKER_URL": "memory://",
    "CACHE_URL": "locmemcache://",
    "EMAIL_URL": "smtp://127.0.0.1:9",
    "STRIPE_SECRET_KEY": "sk_test_tests",
    "STRIPE_WEBHOOK_SECRET": "whsec_tests",
    "STRIPE_API_BASE": "http://127.0.0.1:9",
}.items():
    os.environ.setdefault(_name, _value)

from shopstead.settings.local import *  # noqa: E402, F403

# Nobody's data: a commit need not wait for the disk.
DATABASES["default"]["OPTIONS"]["options"] += " -c synchronous_commit=off"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Each test client builds the middleware anew: looking every static file up beforehand would cost more than most requests.
WHITENOISE_AUTOREFRESH = True
HOST_LOOK_SECONDS = 0.0
SCHEMA_POOL_SIZE = 0
TRAFFIC_WRITE_SECONDS = float("inf")
SEARCH_LOG_SECONDS = 0
ANNOUNCEMENT_LOOK_SECONDS = None
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "KEY_FUNCTION": "core.cache.make_key"}
}
# A test asks more of a store in a second than its shoppers in a minute; the tests of the limits switch them on.
STORE_LIMITS = False
