"""The tests: the same engine as everywhere (PostgreSQL), quick hashes, nothing leaves."""

import os

from msp_portal.settings.base import *  # noqa: F403
from msp_portal.settings.base import DATA_DIR as BASE_DATA_DIR
from msp_portal.settings.base import env
from msp_portal.settings.database import database

# A server of their own beside the demo's: it trades durability for speed (tests/conftest.py starts it).
DATA_DIR = BASE_DATA_DIR / "test"
DATABASES = {
    "default": database(env, DATA_DIR)
    # Two runs at once, each xdist worker included, never meet.
    | {"CONN_MAX_AGE": 0, "TEST": {"NAME": f"test_msp_{os.getpid()}"}}
}

# `manage.py lintmigrations`, for `make check`.
INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]

DEMO = True
SECRET_KEY = "test-only-not-a-secret-test-only-not-a-secret-test-only"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MAILERS = {
    name: {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"} for name in ("default", "transport")
}
OUTBOX_GATEWAYS = OUTBOX_GATEWAYS | {"sms": "core.outbox.gateways.demo.DemoGateway"}
# A thread that rings would outlive the test that rang.
OUTBOX_WAKE = False
MEDIA_ROOT = DATA_DIR / "media"
UPLOADS_DIR = DATA_DIR / "uploads"
EMERGENCY_DIR = DATA_DIR / "urgence"
STATIC_ROOT = DATA_DIR / "static"
# WhiteNoise warns about a missing folder, and a warning is an error here.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Nothing is collected for the tests: files are served from where they are written.
WHITENOISE_AUTOREFRESH = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CHANNEL_LAYERS = {"video": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
# Nobody runs a broker under the tests: what is sent to Celery is dropped, as when Redis is away; the rows stay.
CELERY_BROKER_URL = "memory://"
