"""Production: TLS in front, host-bound cookies, and no start while a needed setting is missing."""

import os
import sys

_REQUIRED = (
    "DATABASE_URL",
    "BROKER_URL",
    "CACHE_URL",
    "SECRET_KEY",
    "BASE_DOMAIN",
    "STRIPE_SECRET_KEY",
    "STRIPE_WEBHOOK_SECRET",
    "EMAIL_URL",
    "SHOPSTEAD_DATA_DIR",
)
_missing = [name for name in _REQUIRED if not os.environ.get(name)]
if _missing:
    sys.exit("Shopstead cannot start. These settings are missing: " + ", ".join(_missing) + ". See .env.example.")

from shopstead.settings.base import *  # noqa: E402, F403

PUBLIC_SCHEME = "https"
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
SUPPORT_COOKIE_NAME = "__Host-support"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONSOLE_REQUIRES_MFA = env.bool("CONSOLE_REQUIRES_MFA", default=True)
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
WHITENOISE_USE_FINDERS = False
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
