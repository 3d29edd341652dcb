"""Settings that hold everywhere; what differs per installation comes from the environment."""

from ipaddress import ip_network
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONCE
from django.utils.translation import gettext_lazy as _

from integrations.mail.providers import read_mail_url
from shopstead.settings.apps import PLAIN_APPS, SHARED_APPS, TENANT_APPS
from shopstead.settings.cards import PRODUCT_CARDS as PRODUCT_CARDS

env = environ.Env()

PACKAGE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("SHOPSTEAD_DATA_DIR", default=".shopstead")).resolve()

SECRET_KEY = env.str("SECRET_KEY")
DEBUG = False

BASE_DOMAIN = env.str("BASE_DOMAIN", default="localhost")
PUBLIC_SCHEME = env.str("PUBLIC_SCHEME", default="http")
PUBLIC_PORT_SUFFIX = env.str("PUBLIC_PORT_SUFFIX", default="")
PLATFORM_HOSTS = frozenset({BASE_DOMAIN, "127.0.0.1"}) if BASE_DOMAIN == "localhost" else frozenset({BASE_DOMAIN})
# The tenant middleware is the gate: it serves exactly the hosts that have a row and refuses all others.
ALLOWED_HOSTS = ["*"]
# How long a changed host or store may go unseen, less the time to ask; and how many hosts a process remembers.
HOST_LOOK_SECONDS = 0.5
HOST_MAP_ENTRIES = env.int("HOST_MAP_ENTRIES", default=5000)
TRAFFIC_WRITE_SECONDS = 30.0
# How long what shoppers searched for waits in a process before it is written down; 0 is at once.
SEARCH_LOG_SECONDS = 10.0
# How long a page may show the announcements of a look before; None is never to look.
ANNOUNCEMENT_LOOK_SECONDS: float | None = 15.0

# ---- apps and schemas
INSTALLED_APPS = [*SHARED_APPS, *TENANT_APPS, *PLAIN_APPS]
TENANT_MODEL = "tenants.Tenant"
TENANT_DOMAIN_MODEL = "tenants.Domain"
DATABASE_ROUTERS = ["core.db.routing.StoreRouter", "django_tenants.routers.TenantSyncRouter"]
TENANT_LIMIT_SET_CALLS = False
SHOW_PUBLIC_IF_NO_TENANT_FOUND = False
ROOT_URLCONF = "shopstead.urls_store"
PUBLIC_SCHEMA_URLCONF = "shopstead.urls_platform"
WSGI_APPLICATION = "shopstead.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ---- database
DATABASES = {"default": env.db_url("DATABASE_URL")}
DATABASES["default"].update(
    ENGINE="core.db.backend",
    CONN_MAX_AGE=600,
    CONN_HEALTH_CHECKS=True,
    DISABLE_SERVER_SIDE_CURSORS=False,
    OPTIONS={
        "connect_timeout": 5,
        "options": "-c statement_timeout={}s -c lock_timeout=5s -c idle_in_transaction_session_timeout=60s".format(
            env.int("DATABASE_STATEMENT_TIMEOUT", default=15)
        ),
    },
)
# `citus`: a coordinator of a Citus cluster, which refuses several statements in one round trip.
DATABASE_TOPOLOGY = env.str("DATABASE_TOPOLOGY", default="single")
# How many empty schemas wait, ready, for the next sign-ups.
SCHEMA_POOL_SIZE = env.int("SCHEMA_POOL_SIZE", default=5)

# A database process grows with every store its session meets; after this many the session is ended between two requests.
DATABASE_STORES_PER_SESSION = env.int("DATABASE_STORES_PER_SESSION", default=100)

# ---- cache, broker
CACHE_URL = env.str("CACHE_URL")
CACHES = {"default": {**env.cache_url("CACHE_URL"), "KEY_FUNCTION": "core.cache.make_key"}}
CELERY_BROKER_URL = env.str("BROKER_URL")

if CACHE_URL.startswith(("redis", "rediss", "valkey")):
    # A frozen cache must not hold a request for longer than this.
    CACHES["default"]["BACKEND"] = "core.cache.SharedCache"
    CACHES["default"]["OPTIONS"] = {"socket_timeout": 1, "socket_connect_timeout": 1}

# ---- what one store may take of a shared machine
STORE_LIMITS = env.bool("STORE_LIMITS", default=True)
STORE_REQUESTS_A_MINUTE = env.int("STORE_REQUESTS_A_MINUTE", default=2400)
STORE_THREADS = env.int("STORE_THREADS", default=3)  # of the four that a web process has
API_CALLS_A_MINUTE = 60  # without a plan that says more
STORE_JOBS_AT_ONCE = env.int("STORE_JOBS_AT_ONCE", default=1)
TRAINING_MEMORY_MB = env.int("TRAINING_MEMORY_MB", default=2048)

# ---- pages that are the same for everybody
PAGE_CACHE = env.bool("PAGE_CACHE", default=True)
# In each web process.
PAGE_CACHE_BYTES = env.int("PAGE_CACHE_MB", default=16) * 1024 * 1024

# ---- requests
MIDDLEWARE = [
    "shopstead.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.csp.PolicyMiddleware",
    "tenants.middleware.TenantMiddleware",
    "console.middleware.TrafficMiddleware",
    "tenants.sharing.middleware.ShareMiddleware",
    "tenants.archive.middleware.SandboxMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "core.csrf.CsrfMiddleware",
    "accounts.middleware.LoginMiddleware",
    "shopstead.middleware.ActorMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "console.middleware.SupportMiddleware",
    "storefront.customers.middleware.CustomerMiddleware",
    "shopstead.middleware.OwnThingsMiddleware",
    "shopstead.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "storefront.theme.middleware.CurrencyMiddleware",
    "storefront.theme.middleware.PreviewMiddleware",
    "tenants.middleware.DashboardMiddleware",
    "console.middleware.ConsoleMiddleware",
    "shopstead.middleware.ErrorMiddleware",
    "shopstead.middleware.InputMiddleware",
]
# What a page that is the same for everybody passes (`shopstead.handler`): all but those that ask who sends a request.
MIDDLEWARE_FOR_EVERYBODY = [
    "shopstead.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "core.csp.PolicyMiddleware",
    "tenants.middleware.TenantMiddleware",
    "console.middleware.TrafficMiddleware",
    "tenants.sharing.middleware.ShareMiddleware",
    "tenants.archive.middleware.SandboxMiddleware",
    "shopstead.handler.NobodyMiddleware",
    "shopstead.middleware.LanguageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "storefront.theme.middleware.CurrencyMiddleware",
    "shopstead.middleware.ErrorMiddleware",
    "shopstead.middleware.InputMiddleware",
]
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/stores/"
PASSWORD_RESET_TIMEOUT = 2 * 60 * 60
CONSOLE_REQUIRES_MFA = env.bool("CONSOLE_REQUIRES_MFA", default=False)
PASSWORD_HASHERS = ["core.passwords.Argon2idHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "core.passwords.LengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # ours stands beside the log-in, never in its way: accounts.services.emails
ACCOUNT_RATE_LIMITS = {"login_failed": "50/m/ip,10/15m/key"}
MFA_ADAPTER = "accounts.adapters.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # asked of User.email_confirmed_at instead: accounts.services.second_step
MFA_TOTP_TOLERANCE = 1
SESSION_ENGINE = "core.sessions"
PLATFORM_SESSION_MODEL = "accounts.Session"
STORE_SESSION_MODEL = "customers.Session"
SESSION_COOKIE_NAME = "shopstead_session"
CSRF_COOKIE_NAME = "shopstead_csrf"
SUPPORT_COOKIE_NAME = "shopstead_support"
# A browser with one of these sees pages that nobody else does.
PAGE_CACHE_STOPS_AT_COOKIES = ("support=", "preview=")
# Tells the page's script that there is something of the visitor's own to ask for; it says nothing of what.
OWN_THINGS_COOKIE_NAME = "shopstead_own"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "shopstead.pages.csrf_failure"
SESSION_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
USE_X_FORWARDED_HOST = False
# A network that is misspelled stops the start: a proxy that is not known is safe, one that is guessed is not.
TRUSTED_PROXIES = [ip_network(text) for text in env.list("TRUSTED_PROXIES", default=[])]
# What may be fetched for a merchant (pictures of an import): the public internet on these ports, and these networks besides.
FETCH_ALLOWED_NETWORKS = [ip_network(text) for text in env.list("FETCH_ALLOWED_NETWORKS", default=[])]
FETCH_ALLOWED_PORTS = frozenset(int(text) for text in env.list("FETCH_ALLOWED_PORTS", default=["80", "443"]))
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
MAX_IMAGE_BYTES = 20 * 1024 * 1024
MAX_IMPORT_BYTES = 100 * 1024 * 1024
MAX_ARCHIVE_BYTES = env.int("MAX_ARCHIVE_BYTES", default=2 * 1024**3)

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'", NONCE],
        "img-src": ["'self'", "data:", "blob:"],
        "connect-src": ["'self'"],
        "font-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "frame-ancestors": ["'self'"],
    }
}

# ---- templates
TEMPLATES = [
    {
        "BACKEND": "shopstead.jinja.folding.StoreTemplates",
        "NAME": "jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "shopstead.jinja.environment.environment",
            "context_processors": [
                "django.template.context_processors.csrf",
                "django.contrib.messages.context_processors.messages",
                "shopstead.context.storefront",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "NAME": "django",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "shopstead.context.workplace",
            ],
        },
    },
]

# ---- languages and times
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [
    PACKAGE_DIR.parent / "core" / "locale",
    PACKAGE_DIR.parent.parent / "tenants" / "locale",
    PACKAGE_DIR.parent.parent / "storefront" / "locale",
    PACKAGE_DIR.parent.parent / "billing" / "locale",
    PACKAGE_DIR.parent.parent / "analytics" / "locale",
    PACKAGE_DIR.parent.parent / "recsys" / "locale",
]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="UTC")

# ---- files
STATIC_URL = "/static/"
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
PRIVATE_ROOT = DATA_DIR / "private"
ARCHIVE_ROOT = DATA_DIR / "archives"
ERASURE_LOG = Path(env.str("ERASURE_LOG", default="") or DATA_DIR / "erasures.log")
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "integrations.storage.files.TenantMediaStorage"},
    "private": {"BACKEND": "integrations.storage.files.TenantPrivateStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# ---- mail
EMAIL_TIMEOUT = 10
ANYMAIL: dict[str, Any] = {}
MAIL_PROVIDER = ""  # A key of integrations.mail.providers.PROVIDERS, where no mail server of one's own carries them.
_mail = read_mail_url(
    env.str("EMAIL_URL"), webhook_secret=env.str("MAIL_WEBHOOK_SECRET", default=""), timeout=EMAIL_TIMEOUT
)
vars().update(_mail or env.email_url("EMAIL_URL"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"Shopstead <hello@{BASE_DOMAIN}>")

# ---- domain names
DNS_RESOLVER = env.str("DNS_RESOLVER", default="")
DNS_TIMEOUT_SECONDS = 5.0
# For all questions of one look at a domain: a merchant waits for it.
DNS_TOTAL_SECONDS = 10.0
DOMAIN_TARGET = env.str("DOMAIN_TARGET", default="") or BASE_DOMAIN
DOMAIN_ADDRESSES = env.list("DOMAIN_ADDRESSES", default=[])

# ---- exchange rates
EXCHANGE_RATES_URL = env.str(
    "EXCHANGE_RATES_URL", default="https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml"
)

# ---- VAT numbers
VIES_URL = env.str("VIES_URL", default="")

# ---- search engines
INDEXNOW_URL = env.str("INDEXNOW_URL", default="https://api.indexnow.org/indexnow")

# ---- Stripe
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY")
STRIPE_WEBHOOK_SECRET = env.str("STRIPE_WEBHOOK_SECRET")
STRIPE_API_BASE = env.str("STRIPE_API_BASE", default="")
STRIPE_TIMEOUT_SECONDS = 10

# ---- API
REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["core.api.permissions.DenyAll"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.api.parsers.PlainJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "core.api.errors.problem_response",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {"TITLE": "Shopstead", "VERSION": "1", "SERVE_INCLUDE_SCHEMA": False}

# ---- logging
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"tenant": {"()": "shopstead.logs.TenantFilter"}},
    "formatters": {
        "line": {
            "()": "shopstead.logs.LineFormatter",
            "format": "{asctime} {levelname} {name} store={schema} request={request_id} user={user_id} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["tenant"], "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "stripe": {"level": "WARNING"},  # it tells every request and its answer
    },
}

# ---- scheduled work
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 60 * 30
CELERY_TASK_SOFT_TIME_LIMIT = 60 * 28
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_TIMEZONE = "UTC"
_visibility = 60 * 60
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        "visibility_timeout": _visibility,
        "socket_timeout": 2.5,
        "socket_connect_timeout": 2,
        "max_retries": 1,
        "interval_start": 0,
        "interval_max": 0.2,
    }
    if CELERY_BROKER_URL.startswith(("redis", "valkey"))
    else env.json("BROKER_TRANSPORT_OPTIONS", default={})
)
