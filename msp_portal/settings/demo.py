"""`make run`: a centre of invented people on the local machine. Refuses to be mistaken for production."""

from django.core.exceptions import ImproperlyConfigured

from msp_portal.settings.base import *  # noqa: F403
from msp_portal.settings.base import MAILERS, env
from msp_portal.settings.limits import RATE_LIMITS

DEMO = env.bool("DEMO", default=True)
# Known to everybody, like the password of the invented people: without the demo there must be a real one.
SECRET_KEY = env("SECRET_KEY", default="") or ("demo-only-" + "not-a-secret-" * 4 if DEMO else "")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "Without the demo (DEMO=0) the portal needs a SECRET_KEY of its own in the environment."
    )
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[]) or ["127.0.0.1", "localhost", ".localhost", "[::1]"]

# Without a mail catcher, /demo/messages/ is where messages are read.
OUTBOX_GATEWAYS = dict.fromkeys(("email", "sms"), "core.outbox.gateways.demo.DemoGateway")
CATCHER = env("DEMO_EMAIL_HOST", default="")
if CATCHER:
    MAILERS["transport"] = {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {"host": CATCHER, "port": env.int("DEMO_EMAIL_PORT", default=1025), "timeout": 10},
    }
    OUTBOX_GATEWAYS["email"] = "core.outbox.gateways.email.MailerGateway"

# Everybody who tries the demonstration comes from one address: its limits widen, those of an account stay.
RATE_LIMITS = {action: {**rates, "address": "20000/1h"} for action, rates in RATE_LIMITS.items()}

FETCH_PRIVATE_ADDRESSES = DEMO
if DEMO:
    INSI_GATEWAY = "patients.insi.DemoGateway"
