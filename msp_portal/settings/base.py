"""What every way of running shares. What differs comes from the environment, read in the modules beside this one."""

import logging
from typing import Any

import environ
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from msp_portal import logs, paths
from msp_portal.settings.accounts import *  # noqa: F403
from msp_portal.settings.database import database
from msp_portal.settings.limits import RATE_LIMITS as RATE_LIMITS  # noqa: PLC0414 – handed on to the settings that begin with these

env = environ.Env()

BASE_DIR = paths.BASE_DIR
DATA_DIR = paths.data_dir()

DEBUG = False
DEMO = False

INSTALLED_APPS = [
    "accounts.admin_config.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "channels",
    "crispy_bootstrap5",
    "crispy_forms",
    "django_htmx",
    "django_structlog",
    "phonenumber_field",
    "core",
    "core.audit",
    "core.outbox",
    "core.uploads",
    "accounts",
    "practitioners",
    "patients",
    "appointments",
    "coordination",
    "partnerships",
    "teleconsult",
    "msp_portal",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Safe beside the CSRF token: Django masks it anew in each answer and pads the length (BREACH).
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "core.web.permissions.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.web.private.PrivatePagesMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.web.request_log.RequestLogMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.SessionLimitsMiddleware",
    "accounts.middleware.SignInRequiredMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "accounts.middleware.HealthDataMiddleware",
    "core.web.addresses.NulMiddleware",
    "patients.middleware.WordFirstMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]

ROOT_URLCONF = "msp_portal.urls"
ASGI_APPLICATION = "msp_portal.asgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "msp_portal.context_processors.house",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

# --- Data -----------------------------------------------------------------------------------------------------------
DATABASES = {"default": database(env, DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default="") or paths.valkey_url(DATA_DIR)
CACHES = {
    "default": {
        "BACKEND": "core.web.cache.RedisElseDatabaseCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"fallback_table": "cache_fallback"},
    },
}

# --- Video (docs/decisions/0048-video-without-a-middleman.md) --------------------------------------------------------
# No « default »: the sockets of schedule and conversations have no part in Redis, these alone do.
CHANNEL_LAYERS: dict[str, dict[str, Any]] = {
    "video": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            # redis-py would otherwise end each socket that is silent for five seconds.
            "hosts": [{"address": REDIS_URL, "socket_timeout": None, "socket_connect_timeout": 2}],
            "prefix": "video",
            "expiry": 30,
            "group_expiry": 12 * 3600,
            "capacity": 500,
        },
    },
}
# Addresses of the relay, « stun: », « turn: » or « turns: »; without them a call works inside one network.
TURN_URLS = env.list("TURN_URLS", default=[])
TURN_SECRET = env("TURN_SECRET", default="")

# --- Time and language ----------------------------------------------------------------------------------------------
USE_TZ = True
TIME_ZONE = "Europe/Paris"
USE_I18N = True
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("français")), ("en", _("anglais"))]
LOCALE_PATHS = [BASE_DIR / "locale"]

# --- Static files and uploads ---------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(DATA_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "media/"
# The coming days as PDF, for when portal or network are down: best on a disk that the house reaches without either.
EMERGENCY_DIR = env.path("EMERGENCY_DIR", default=str(DATA_DIR / "urgence"))
# What people send in may be about their health: nobody else on the machine reads it.
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
# What is sent in (core/uploads): below no public address, outside MEDIA_ROOT.
UPLOADS_DIR = env.path("UPLOADS_DIR", default=str(DATA_DIR / "uploads"))
UPLOAD_HEAVIEST = 20 * 1024 * 1024
# How many files are opened at the same time, whatever the number of workers: each may take a gigabyte for a second.
UPLOADS_AT_ONCE = env.int("UPLOADS_AT_ONCE", default=1)
# A whole request; beyond it the portal stops reading (core/web/body.py).
BODY_HEAVIEST = 64 * 1024 * 1024
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "core.web.static_files.StaticFiles"},
}

# --- Security -------------------------------------------------------------------------------------------------------
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "object-src": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# A patient's password on a device that nobody knows yet asks for a code by e-mail as well (accounts/adapter.py),
# and a code alone opens nothing about anybody's health (accounts/middleware.py).
CODE_ON_UNKNOWN_DEVICE = env.bool("CODE_ON_UNKNOWN_DEVICE", default=True)
DEVICE_COOKIE_NAME = "device"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
# What one line of a page says once may name a patient: it waits in the database, not in the browser.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- Accounts: in settings/accounts.py ------------------------------------------------------------------------------
# How many proxies in front of the portal add to X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

# --- Messages -------------------------------------------------------------------------------------------------------
# What any package sends becomes a row of the outbox; « transport » is what carries rows away, set by each way of
# running.
OUTBOX_MAILER = {"BACKEND": "core.outbox.mail_backend.OutboxEmailBackend"}
MAILERS: dict[str, dict[str, Any]] = {
    "default": OUTBOX_MAILER,
    "transport": {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"},
}
OUTBOX_GATEWAYS = {
    "email": "core.outbox.gateways.email.MailerGateway",
    "sms": "core.outbox.gateways.http_sms.HttpSmsGateway",
}
# A batch whose worker died comes up again after this; no batch is worked at for longer.
OUTBOX_LEASE_SECONDS = env.int("OUTBOX_LEASE_SECONDS", default=90)
# Whether a commit rings for the worker. Without it messages leave with the next sweep.
OUTBOX_WAKE = True
# Without an address every SMS leaves as e-mail instead.
SMS_URL = env("SMS_URL", default="")
SMS_TOKEN = env("SMS_TOKEN", default="")
SMS_SENDER = env("SMS_SENDER", default="MSP")
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="") or "ne-pas-repondre@demo.example"
PUBLIC_URL = env("PUBLIC_URL", default="") or "http://127.0.0.1:8000"
PHONENUMBER_DEFAULT_REGION = "FR"
PHONENUMBER_DB_FORMAT = "E164"

# --- Celery ---------------------------------------------------------------------------------------------------------
# Celery spells the address of a socket in its own way.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 60
CELERY_TASK_SOFT_TIME_LIMIT = 50
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 10, "socket_connect_timeout": 2}
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
# The schedule file is written after each task: its age tells whether beat is alive.
CELERY_BEAT_SYNC_EVERY = 1

# --- Logs -----------------------------------------------------------------------------------------------------------
LOG_FORMAT = env("LOG_FORMAT", default="text")
LOGGING = logs.configure(LOG_FORMAT, level=env("LOG_LEVEL", default="INFO").upper())
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO
DJANGO_STRUCTLOG_CELERY_TASK_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_CELERY_TASK_SUCCESS_LOG_LEVEL = logging.DEBUG

# --- Calendars of others (core/web/outside.py) ---------------------------------------------------------------------
FETCH_SECONDS = 10.0
# Whether an address of this machine or of the house's network may be fetched: the demo reads its own agenda.
FETCH_PRIVATE_ADDRESSES = False

# --- Identity (patients/insi.py) -------------------------------------------------------------------------------------
# What asks the teleservice INSi. The portal itself does not: the desk copies what the labelled software retrieved.
INSI_GATEWAY = "patients.insi.ManualGateway"

# --- Watching -------------------------------------------------------------------------------------------------------
# /metrics answers this machine, or whoever brings this token.
METRICS_TOKEN = env("METRICS_TOKEN", default="")
