"""Whether somebody has missed so many visits that the next one is booked by telephone. Reads, never writes.

Excused absences are cancellations and do not count. The team is never bound: it books by `book_at_desk`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import (
    Count,
    DateField,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from appointments.models import Appointment, NoShowRule, NoShowWaiver, Status
from core import clock
from core.formats import french
from core.prepared import Asked, Question, ask, given
from patients.models import Patient
from practitioners.house import the_house
from practitioners.models import Practitioner


class Pause(NamedTuple):
    """Why one person books by telephone."""

    patient: Patient
    missed: int
    months: int

    @property
    def sentence(self) -> str:
        centre = the_house().centre
        phone = str(centre.phone) if centre and centre.phone else ""
        words = (
            _(
                "%(patient)s a manqué %(missed)s rendez-vous en %(months)s mois sans prévenir. Pour le prochain,"
                " appelez le %(phone)s : le secrétariat le prend avec vous."
            )
            if phone
            else _(
                "%(patient)s a manqué %(missed)s rendez-vous en %(months)s mois sans prévenir. Pour le prochain,"
                " adressez-vous au secrétariat : il le prend avec vous."
            )
        )
        return words % {
            "patient": self.patient.display_name,
            "missed": self.missed,
            "months": self.months,
            "phone": french.telephone(phone),
        }


def rule_of_today() -> NoShowRule | None:
    """The rule in force, switched on or not."""
    return NoShowRule.objects.in_force().first()


def with_missed(patients: QuerySet[Patient], now: datetime) -> QuerySet[Any]:
    """The same rows, each with what `pause` needs: no query more than without it."""
    return _with_missed(patients, Value(now, output_field=DateTimeField()), clock.local(now).date())


def _with_missed(patients: QuerySet[Patient], now: Any, today: date) -> QuerySet[Any]:
    rule = NoShowRule.objects.in_force(today)[:1]
    period = Subquery(rule.values("period"))
    since = ExpressionWrapper(now - period, output_field=DateTimeField())
    missed = (
        Appointment.objects.counted_once()
        .filter(patient=OuterRef("pk"), status=Status.NO_SHOW, start_at__gte=since)
        .order_by()
        .values("patient")
        .annotate(number=Count("pk"))
        .values("number")
    )
    waiver = NoShowWaiver.objects.filter(patient=OuterRef("pk"), since__lte=today, until__gte=today)
    return patients.annotate(
        rule_most=Subquery(rule.values("most")),
        rule_period=period,
        rule_enabled=Subquery(rule.values("is_enabled")),
        missed=Coalesce(Subquery(missed, output_field=IntegerField()), 0),
        is_waived=Exists(waiver),
    )


def pause(patient: Patient) -> Pause | None:
    """For a row of `with_missed`. Costs no query."""
    row = patient.__dict__
    return _pause(patient, *(row[name] for name in NEEDED))


NEEDED = ("missed", "is_waived", "rule_enabled", "rule_most", "rule_period")
_MISSED = Question(
    lambda: _with_missed(
        Patient.objects.filter(pk=given("patient")), given("now", DateTimeField), given("today", DateField)
    ).values_list(*NEEDED)
)
type Missed = list[tuple[int, bool, bool, int, timedelta]]


def asking_missed(patient_id: int, now: datetime) -> Asked[Missed]:
    """To travel with other questions; for `pause_after`."""
    return _MISSED(patient=patient_id, now=now, today=clock.local(now).date())


def pause_after(missed: Missed, patient: Patient) -> Pause | None:
    return _pause(patient, *missed[0]) if missed else None


def pause_of(patient: Patient, now: datetime) -> Pause | None:
    """One query."""
    return pause_after(ask(asking_missed(patient.pk, now)), patient)


def _pause(
    patient: Patient, missed: int, is_waived: bool, is_enabled: bool, most: int, period: timedelta
) -> Pause | None:
    if not is_enabled or is_waived or missed < most:
        return None
    return Pause(patient, missed, NoShowRule(period=period).months)


def everybody_paused(now: datetime) -> list[Pause]:
    """Whom the rule holds back today: the desk's list."""
    rule = rule_of_today()
    if rule is None or not rule.is_enabled:
        return []
    absent = Appointment.objects.filter(
        # Says what the index of busy times is made of.
        practitioner__in=Practitioner.objects.values("pk"),
        occupies=True,
        status=Status.NO_SHOW,
        start_at__gte=now - rule.period,
        start_at__lte=now + timedelta(days=1),
    )
    found = with_missed(Patient.objects.living().filter(pk__in=absent.values("patient")), now)
    rows = found.filter(missed__gte=F("rule_most"), is_waived=False).order_by("birth_name", "pk")
    return [Pause(row, row.missed, rule.months) for row in rows]
