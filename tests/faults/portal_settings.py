"""The portal of the tests of faults: as `make run` has it, with real carriers and a quicker beat."""

import os

from msp_portal.beat import SCHEDULE
from msp_portal.settings.demo import *  # noqa: F403
from msp_portal.settings.demo import OUTBOX_GATEWAYS, STORAGES

# Collecting and compressing them proves nothing here.
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
OUTBOX_GATEWAYS = OUTBOX_GATEWAYS | {"sms": "core.outbox.gateways.http_sms.HttpSmsGateway"}
# As short as two attempts of ten seconds allow.
OUTBOX_LEASE_SECONDS = 25
BEAT_SECONDS = float(os.environ.get("FAULTS_BEAT_SECONDS", "1"))
for entry in ("e-mails that are due", "SMS that are due"):
    SCHEDULE[entry] |= {"schedule": BEAT_SECONDS}
