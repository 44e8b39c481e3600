"""The Celery application. It only wakes and carries ids: what must not be lost is a row."""

import logging.config
import os
import signal
import warnings
from typing import Any

from celery import Celery
from celery.exceptions import SecurityWarning
from celery.signals import setup_logging, worker_process_init
from django_structlog.celery.steps import DjangoStructLogInitStep

from msp_portal.beat import SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "msp_portal.settings.production")

# The demo may run as root in a container; what makes that dangerous, pickled messages, is not accepted anywhere.
warnings.filterwarnings("ignore", category=SecurityWarning)

app = Celery("msp_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = SCHEDULE
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)


@setup_logging.connect
def use_our_logging(**_: Any) -> None:
    """Celery would otherwise put handlers of its own beside the structured ones."""
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)


@worker_process_init.connect
def die_with_the_worker(**_: Any) -> None:
    """A killed worker leaves no child that goes on sending."""
    from msp_portal.embedded.host import follow_parent

    follow_parent(signal.SIGKILL)
