"""The tests: the same engine as everywhere (PostgreSQL), quick hashes, nothing leaves."""

from msp_portal.settings.base import *  # noqa: F403
from msp_portal.settings.base import DATABASES

DEMO = True
SECRET_KEY = "test-only-not-a-secret-test-only-not-a-secret-test-only"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
DATABASES["default"]["OPTIONS"] = {}
