"""Stays of trainees: who may read them, how they are going. Reads; opening a review leaves its line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Avg, Count, F, Prefetch, Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Visitor, is_coordinator, is_intern, is_practitioner
from accounts.models import User
from appointments.calendar import public_holidays
from appointments.duties import add_duties
from appointments.models import Absence, Takeover
from appointments.models.absence import AbsenceKind
from coordination.models import Debrief
from coordination.models.debrief import DebriefQuerySet
from core import clock
from core.audit.record import record
from patients.access import OPENED, practitioner_of
from practitioners.models import Centre, Internship, Practitioner


def stays_for(user: Visitor) -> QuerySet[Internship]:
    """All for the coordinator; his own for a trainee, and those that he supervises for a supervisor."""
    people = Prefetch("supervisors", Practitioner.objects.order_by("last_name", "first_name", "pk"))
    rows = Internship.objects.select_related("intern__profession").prefetch_related(people)
    if is_coordinator(user):
        return rows
    me = practitioner_of(user)
    if me is None:
        return rows.none()
    mine = Internship.objects.filter(Q(intern=me) | Q(supervisors=me)).values("pk")
    return rows.filter(pk__in=mine)


def may_see_stays(user: Visitor) -> bool:
    """Where stays are listed, each his own; costs no query."""
    return is_coordinator(user) or is_practitioner(user) or is_intern(user)


def duties_of(user: User) -> list[tuple[str, str]]:
    """For « Ma journée » of a supervisor; one query."""
    rows = Debrief.objects.open().filter(stay__supervisors__user=user)
    number = rows.count() if is_practitioner(user) else 0
    words = ngettext("%d relecture de stage à signer", "%d relectures de stage à signer", number)
    return [(words % number, reverse("debriefs"))] if number else []


add_duties(duties_of)


def get_stay(user: Visitor, pk: int) -> Internship:
    stay = stays_for(user).filter(pk=pk).first()
    if stay is None:
        raise Http404
    return stay


def get_stay_to_edit(user: Visitor, pk: int) -> Internship:
    """The coordinator's and the supervisors'; the trainee reads."""
    stay = get_stay(user, pk)
    if not may_edit(user, stay):
        raise Http404
    return stay


def may_edit(user: Visitor, stay: Internship) -> bool:
    return is_coordinator(user) or supervises(user, stay)


def supervises(user: Visitor, stay: Internship) -> bool:
    me = practitioner_of(user)
    return me is not None and any(one.pk == me.pk for one in stay.supervisors.all())


def is_trainee(user: Visitor, stay: Internship) -> bool:
    return user.pk is not None and stay.intern.user_id == user.pk


def may_read_notes(user: Visitor, stay: Internship) -> bool:
    """Between the trainee and his supervisors; the coordinator does not read them."""
    return is_trainee(user, stay) or supervises(user, stay)


def debriefs_for(user: User) -> DebriefQuerySet:
    """A supervisor: of all stays that he supervises. A trainee: his own. The coordinator counts, he does not read."""
    me = practitioner_of(user)
    if me is None:
        return Debrief.objects.none()
    mine = Internship.objects.filter(Q(supervisors=me) | Q(intern=me)).values("pk")
    return Debrief.objects.filter(stay__in=mine).with_details()


def get_debrief(user: User, pk: int) -> Debrief:
    """The opening is a line that the patient can read."""
    found = debriefs_for(user).filter(pk=pk).first()
    patient = found.visit.patient if found else None
    if found is None or patient is None:
        raise Http404
    record(user, OPENED, patient, patient_id=patient.pk, reason=_("relecture de stage"))
    return found


def may_review(user: User, debrief: Debrief) -> bool:
    return supervises(user, debrief.stay)


def working_day_after(day: date, days: int, centre: Centre) -> date:
    """The house works from Monday to Friday, but for holidays. Nought is the day itself."""
    holidays = public_holidays(centre.holiday_zone, day, day + timedelta(days=30))
    while days:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in holidays:
            days -= 1
    return day


@dataclass(frozen=True)
class Figures:
    """How a stay is going, in numbers."""

    visits: int
    reviewed: int
    waiting: int
    overdue: int
    late: int
    commented: int
    days: float
    closed_hours: int
    takeovers: int
    reasons: list[tuple[str, int]]

    @property
    def in_time(self) -> int:
        """Per cent of the reviews."""
        return round(100 * (self.reviewed - self.late) / self.reviewed) if self.reviewed else 100


def figures_of(stay: Internship) -> Figures:
    """Four queries."""
    rows = Debrief.objects.filter(stay=stay)
    counted = rows.aggregate(
        visits=Count("pk"),
        reviewed=Count("pk", filter=Q(reviewed_at__isnull=False)),
        overdue=Count("pk", filter=Q(reviewed_at=None, due_on__lt=clock.today())),
        late=Count("pk", filter=Q(reviewed_at__date__gt=F("due_on"))),
        commented=Count("pk", filter=~Q(comment="")),
        delay=Avg(F("reviewed_at") - F("visit__finished_at")),
    )
    start, end = clock.day_bounds(stay.since)[0], clock.day_bounds(stay.until)[1]
    closed = Absence.objects.filter(
        practitioner=stay.intern_id, kind=AbsenceKind.UNSUPERVISED, start_at__gte=start, end_at__lte=end
    )
    seconds = sum((row.end_at - row.start_at).total_seconds() for row in closed)
    reasons = rows.order_by().values_list("visit__reason__category__name").annotate(number=Count("pk"))
    delay: timedelta | None = counted["delay"]
    return Figures(
        visits=counted["visits"],
        reviewed=counted["reviewed"],
        waiting=counted["visits"] - counted["reviewed"],
        overdue=counted["overdue"],
        late=counted["late"],
        commented=counted["commented"],
        days=round(delay / timedelta(days=1), 1) if delay else 0,
        closed_hours=round(seconds / 3600),
        takeovers=Takeover.objects.filter(stay=stay).count(),
        reasons=sorted(((name, number) for name, number in reasons), key=lambda pair: (-pair[1], pair[0])),
    )
