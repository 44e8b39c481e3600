"""Looking at photographs leaves a line that the patient can read."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from accounts.models import User
from core import clock
from core.audit.models import AuditEvent
from core.audit.record import record
from core.formats import french
from patients.access import OPENED
from teleconsult.models import PhotoSitting

# A sitting is looked through picture by picture, and compared with another: that is one reading of each.
ONE_READING = timedelta(minutes=15)
LOOKED = f"{OPENED}_photos"


def note_looking(sitting: PhotoSitting, *, actor: User) -> None:
    """Once for all photographs of a sitting that are looked at together."""
    recent = AuditEvent.objects.filter(
        subject_type=sitting._meta.label_lower,
        subject_id=sitting.pk,
        at__gt=clock.now() - ONE_READING,
        actor=actor,
        action=LOOKED,
    )
    if not recent.exists():
        day = french.full_day_with_year(sitting.taken_at)
        reason = _("a regardé des photos prises le %(day)s") % {"day": day}
        record(actor, LOOKED, sitting, patient_id=sitting.patient_id, reason=reason)
