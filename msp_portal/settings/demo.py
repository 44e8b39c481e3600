"""`make run`: a centre of invented people on the local machine. Refuses to be mistaken for production."""

from msp_portal.settings.base import *  # noqa: F403
from msp_portal.settings.base import env

DEMO = env.bool("DEMO", default=True)
SECRET_KEY = env("SECRET_KEY", default="demo-only-" + "not-a-secret-" * 4)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}}
