"""The administrator writes down what the law allows, from a day on. What held before stays on record."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments.models import BookingCap, CareEpisode, Period, Programme
from core import clock
from core.audit.record import record
from core.db import constraint_sentence, lock
from core.refusal import Refusal
from patients.models import Patient
from practitioners.models import Centre


class CapOverlaps(Refusal):
    """Two caps of one programme would hold on one day."""


class CapPast(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Ce plafond est terminé : il reste tel qu’il a valu."))


def set_cap(
    centre: Centre,
    programme: str,
    *,
    most: int,
    period: Period,
    since: date,
    until: date | None,
    may_be_exceeded: bool,
    source: str,
    actor: User,
) -> BookingCap:
    """The one that held until then ends the day before. Raises `CapOverlaps`."""
    with transaction.atomic():
        row, _made = Programme.objects.get_or_create(centre=centre, name=programme)
        Programme.objects.select_for_update(no_key=True).get(pk=row.pk)
        before = BookingCap.objects.on(since).filter(programme=row, since__lt=since).first()
        if before is not None:
            before.until = since - timedelta(days=1)
            before.save(update_fields=["until"])
        cap = BookingCap(
            programme=row,
            most=most,
            period=period,
            since=since,
            until=until,
            may_be_exceeded=may_be_exceeded,
            source=source,
        )
        try:
            with transaction.atomic():
                cap.save(force_insert=True)
        except IntegrityError as error:
            sentence = constraint_sentence(error, BookingCap)
            if sentence is None:
                raise
            raise CapOverlaps(sentence) from error
        record(actor, "cap.set", cap, programme=row.name, most=most, since=since.isoformat(), source=source)
    return cap


def end_cap(cap: BookingCap, *, actor: User) -> None:
    """From tomorrow on nothing is counted any more; one that has not begun never was. Raises `CapPast`."""
    today = clock.today()
    with transaction.atomic():
        cap = BookingCap.objects.select_for_update(no_key=True).get(pk=cap.pk)
        if cap.until is not None and cap.until < today:
            raise CapPast
        record(actor, "cap.ended", cap, programme=cap.programme_id, most=cap.most)
        if cap.since > today:
            cap.delete()
            return
        cap.until = today
        cap.save(update_fields=["until"])


def open_episode(patient: Patient, programme: Programme, *, reason: str, actor: User) -> CareEpisode:
    """The count begins anew today. Twice on one day is once."""
    with transaction.atomic():
        lock("patient", patient.pk)
        row, is_new = CareEpisode.objects.get_or_create(
            patient=patient,
            programme=programme,
            since=clock.today(),
            defaults={"reason": reason, "opened_by": actor},
        )
        if is_new:
            record(actor, "care_episode.opened", row, patient_id=patient.pk, programme=programme.pk)
    return row
