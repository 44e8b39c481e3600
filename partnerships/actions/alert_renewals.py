"""Six, three and one month before the end of a contract that nobody has renewed, the coordinators are told. Once."""

from __future__ import annotations

from datetime import date

from dateutil.relativedelta import relativedelta
from django.db import transaction

from core import clock
from core.audit.record import record
from core.db import insert_or_none
from partnerships import notifications
from partnerships.models import ALERT_MONTHS, Agreement, AgreementAlert


def alert_renewals(today: date | None = None) -> int:
    """How many alerts left. After an outage only the nearest step is told, the missed ones are noted as past."""
    today = today or clock.today()
    told = 0
    running = Agreement.objects.last_versions().filter(
        signed_on__isnull=False, ended_on=None, ends_on__gte=today
    )
    for agreement in running.select_related("partner").order_by("ends_on", "pk"):
        due = [months for months in ALERT_MONTHS if today >= agreement.ends_on - relativedelta(months=months)]
        told += bool(due) and _alert(agreement, due)
    return told


def _alert(agreement: Agreement, due: list[int]) -> bool:
    """`due` holds the steps whose day has come; the smallest is the true one today."""
    nearest = min(due)
    with transaction.atomic():
        alerts = [AgreementAlert(agreement=agreement, months_before=months) for months in due]
        fresh = [alert.months_before for alert in alerts if insert_or_none(alert) is not None]
        if nearest not in fresh:
            return False
        notifications.agreement_ending(agreement, nearest)
        record(None, "agreement.alerted", agreement, months_before=nearest)
    return True
