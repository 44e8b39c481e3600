"""For real Celery processes beside the tests: the tests' database, a real broker, a real carrier."""

import os

from msp_portal.settings.test import *  # noqa: F403
from msp_portal.settings.test import DATABASES, OUTBOX_GATEWAYS

DATABASES["default"]["NAME"] = os.environ["FAULTS_DATABASE"]
CELERY_BROKER_URL = os.environ["FAULTS_BROKER"]
OUTBOX_WAKE = True
# As short as two attempts of ten seconds allow.
OUTBOX_LEASE_SECONDS = 25
OUTBOX_GATEWAYS = OUTBOX_GATEWAYS | {"sms": "core.outbox.gateways.http_sms.HttpSmsGateway"}
SMS_URL = os.environ["FAULTS_CARRIER"]
SMS_TOKEN = "token"
