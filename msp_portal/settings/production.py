"""The real thing: whatever is missing from the environment stops the start instead of weakening it."""

from django.core.exceptions import ImproperlyConfigured

from msp_portal.settings.base import *  # noqa: F403
from msp_portal.settings.base import OUTBOX_MAILER, env

REQUIRED = [
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "PUBLIC_URL",
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_HOST",
    "DEFAULT_FROM_EMAIL",
]
MISSING = [name for name in REQUIRED if not env(name, default="").strip()]
if MISSING:
    raise ImproperlyConfigured(
        f"Production needs these environment variables: {', '.join(MISSING)}. See .env.example."
    )
if env.bool("DEMO", default=False):
    raise ImproperlyConfigured(
        "DEMO=1 opens the portal to invented people with a known password: not in production."
    )
if env.bool("DEBUG", default=False):
    raise ImproperlyConfigured("DEBUG=1 shows the portal’s inside to its visitors: not in production.")

SECRET_KEY = env("SECRET_KEY")
if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured(
        "SECRET_KEY must have at least 50 characters. Make one: openssl rand -base64 48"
    )
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the portal’s own host names, not « * ».")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
PUBLIC_URL = env("PUBLIC_URL").rstrip("/")
if not PUBLIC_URL.startswith("https://"):
    raise ImproperlyConfigured("PUBLIC_URL must begin with https://")

if env.list("TURN_URLS", default=[]) and len(env("TURN_SECRET", default="")) < 24:
    raise ImproperlyConfigured(
        "TURN_URLS names a relay: TURN_SECRET must have at least 24 characters. Make one: openssl rand -base64 32"
    )

# The proxy in front speaks https and says so in this header; it must drop the header when a visitor sends it.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 63_072_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
DEVICE_COOKIE_NAME = "__Host-device"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
LANGUAGE_COOKIE_SECURE = True
LANGUAGE_COOKIE_NAME = "__Host-language"

MAILERS = {
    "default": OUTBOX_MAILER,
    "transport": {
        "BACKEND": env("EMAIL_BACKEND", default="django.core.mail.backends.smtp.EmailBackend"),
        "OPTIONS": {
            "host": env("EMAIL_HOST"),
            "port": env.int("EMAIL_PORT", default=587),
            "username": env("EMAIL_USER", default=""),
            "password": env("EMAIL_PASSWORD", default=""),
            "use_tls": env.bool("EMAIL_USE_TLS", default=True),
            "timeout": 10,
        },
    },
}
