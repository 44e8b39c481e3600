"""Who may see or change an appointment. Hidden and missing answer the same 404."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.access import Visitor, gives_care, is_desk
from appointments.converters import is_reference
from appointments.models import (
    ACTIVE_STATES,
    Appointment,
    AppointmentSeries,
    CalendarFeed,
    SlotOffer,
    Status,
    VisitReason,
    WaitingRequest,
)
from appointments.models.appointment_queries import AppointmentQuerySet
from appointments.models.calendar_feed import digest_of
from appointments.models.offer import SlotOfferQuerySet
from appointments.models.rescheduling import Rescheduling
from appointments.models.waiting import WaitingRequestQuerySet
from appointments.staff_search import staff_reasons
from core import clock
from patients.access import patients_of
from patients.models import Patient
from practitioners.access import editable_practitioners
from practitioners.models import Practitioner
from practitioners.models.practitioner import ScheduleDetail


class Reader(NamedTuple):
    """Who looks at the shared schedule."""

    practitioner_id: int | None
    is_desk: bool

    def may_move(self, practitioner_id: int) -> bool:
        """The same people as `get_visit_of_house` lets through, without asking the database."""
        return self.is_desk or practitioner_id == self.practitioner_id


class Sight(NamedTuple):
    """What he may read of one visit; that the time is taken, he always sees."""

    reason: bool
    name: bool


def may_read_schedule(user: Visitor) -> bool:
    return gives_care(user) or is_desk(user)


def schedule_reader(user: Visitor) -> Reader:
    """People who work here; for everybody else the schedule does not exist. One query."""
    if not may_read_schedule(user):
        raise Http404
    own = Practitioner.objects.active().filter(user_id=user.pk or 0).values_list("pk", flat=True).first()
    return Reader(own, is_desk(user))


def sight_of(
    reader: Reader, practitioner_id: int, detail: str, *, in_care_team: bool, is_sensitive: bool
) -> Sight:
    """One's own visits and those of patients in one's care whole; to the desk all but what is sensitive.

    To the other colleagues what the practitioner chose. A sensitive reason never leaves the care team.
    """
    cares = in_care_team or practitioner_id == reader.practitioner_id
    name = cares or reader.is_desk or detail == ScheduleDetail.NAME
    reason = cares if is_sensitive else name or detail == ScheduleDetail.REASON
    return Sight(reason, name)


def get_appointment_for(user: Visitor, reference: str) -> Appointment:
    """An appointment of somebody for whom this account acts, with everybody who receives; two queries."""
    if not is_reference(reference):
        raise Http404
    appointment = (
        Appointment.objects.with_details()
        .with_companions()
        .counted_once()
        .filter(
            reference=reference,
            status__in=[*ACTIVE_STATES, Status.CANCELLED],
            patient__in=patients_of(user).values("pk"),
        )
        .first()
    )
    if appointment is None:
        raise Http404
    return appointment


def get_held_by(holder: str, reference: str) -> Appointment:
    """What this visitor holds, held or turned into an appointment; one query."""
    held = Appointment.objects.with_details().filter(reference=reference, holder=holder).first()
    if not holder or held is None:
        raise Http404
    return held


def get_appointment_of_house(user: Visitor, reference: str) -> Appointment:
    """An appointment with somebody for whom this account answers: one's own, or everybody's at the desk; one query."""
    appointment = (
        Appointment.objects.with_details()
        .filter(
            reference=reference,
            patient__isnull=False,
            practitioner__in=editable_practitioners(user).values("pk"),
        )
        .first()
    )
    if appointment is None:
        raise Http404
    return appointment


def get_visit_to_move(user: Visitor, key: int) -> Appointment:
    """By its key, as the schedule knows it: of somebody whose visits this account may give another time; one query."""
    visit = (
        Appointment.objects.with_details()
        .filter(pk=key, patient__isnull=False, practitioner__in=editable_practitioners(user).values("pk"))
        .first()
    )
    if visit is None:
        raise Http404
    return visit


def get_rescheduling_of(user: Visitor, key: int) -> Rescheduling:
    """What this very account has just moved."""
    row = Rescheduling.objects.select_related("appointment").filter(pk=key, moved_by=user.pk).first()
    if row is None:
        raise Http404
    return row


def visits_for_staff(user: Visitor, patient: Patient) -> AppointmentQuerySet:
    """A patient's visits: all at the desk; for a professional his own and what he booked, not his colleagues'."""
    mine = Q(practitioner__in=editable_practitioners(user).values("pk")) | Q(booked_by=user.pk)
    shown = Q(status__in=ACTIVE_STATES) | Q(status=Status.CANCELLED)
    visits = Appointment.objects.filter(shown, mine, patient=patient)
    # Who joins a colleague's visit is named there; where that one is not shown, his own row stands for both.
    visits = visits.exclude(accompanies__in=visits.values("pk"))
    return visits.with_details().with_companions()


def series_for_staff(user: Visitor, patient: Patient) -> QuerySet[AppointmentSeries]:
    """A patient's series: all at the desk; for a professional those that he gives, relays or has begun."""
    mine = editable_practitioners(user).values("pk")
    shown = Q(practitioner__in=mine) | Q(relays__practitioner__in=mine) | Q(created_by=user.pk)
    found = AppointmentSeries.objects.filter(pk__in=AppointmentSeries.objects.filter(shown).values("pk"))
    return found.filter(patient=patient).select_related("patient", "reason__practitioner__centre")


def get_series_for_staff(user: Visitor, patient: Patient, pk: int) -> AppointmentSeries:
    series = series_for_staff(user, patient).filter(pk=pk).first()
    if series is None:
        raise Http404
    return series


def get_series_for(user: Visitor, pk: int) -> AppointmentSeries:
    """A series of somebody for whom this account acts; one query."""
    mine = patients_of(user).values("pk")
    series = (
        AppointmentSeries.objects.select_related("patient", "practitioner__profession", "reason")
        .filter(pk=pk, patient__in=mine)
        .first()
    )
    if series is None:
        raise Http404
    return series


def past_of(patients: Collection[int]) -> QuerySet[Appointment]:
    """What took place, was missed or was cancelled, the latest first."""
    over = Q(status__in=ACTIVE_STATES, start_at__lt=clock.now()) | Q(status=Status.CANCELLED)
    visits = Appointment.objects.with_details().with_companions().counted_once()
    return visits.filter(over, patient__in=patients).order_by("-start_at", "-pk")


def visits_that_open(practitioner: Practitioner) -> AppointmentQuerySet:
    """A reason to open the record (patients/access/): a visit that is to come or took place, with this very one."""
    return Appointment.objects.active().filter(practitioner=practitioner, patient__isnull=False)


def get_offer(token: str) -> SlotOffer:
    """By the key of the link, which only the message holds; one query."""
    offer = SlotOffer.objects.with_details().filter(token=token[:40]).first() if token.isprintable() else None
    if offer is None or offer.sent_at > clock.now():
        raise Http404
    return offer


def waiting_of(user: Visitor) -> WaitingRequestQuerySet:
    """The requests of everybody for whom this account acts, the latest first."""
    mine = patients_of(user).values("pk")
    return (
        WaitingRequest.objects.filter(patient__in=mine)
        .with_details()
        .prefetch_related("offers")
        .order_by("-created_at", "-pk")
    )


def get_waiting_for(user: Visitor, pk: int) -> WaitingRequest:
    request = waiting_of(user).filter(pk=pk).first()
    if request is None:
        raise Http404
    return request


def require_waiting_list(user: Visitor) -> None:
    """For whom no practice is to be kept, the list does not exist."""
    if not (is_desk(user) or editable_practitioners(user).exists()):
        raise Http404


def waiting_for_staff(user: Visitor) -> WaitingRequestQuerySet:
    """All at the desk; for a professional those that ask for him by name, or for an earlier visit with him."""
    found = WaitingRequest.objects.all()
    if is_desk(user):
        return found
    mine = editable_practitioners(user).values("pk")
    asked = WaitingRequest.objects.filter(Q(practitioners__in=mine) | Q(current__practitioner__in=mine))
    return found.filter(pk__in=asked.values("pk"))


def get_waiting_for_staff(user: Visitor, pk: int) -> WaitingRequest:
    request = waiting_for_staff(user).with_details().filter(pk=pk).first()
    if request is None:
        raise Http404
    return request


def offers_for_staff(user: Visitor) -> SlotOfferQuerySet:
    """The times of those for whom this account answers."""
    return SlotOffer.objects.filter(practitioner__in=editable_practitioners(user).values("pk"))


def reasons_to_wait_for(user: Visitor) -> list[VisitReason]:
    """What the team may put somebody on the list for: everything at the desk, else one's own."""
    mine = set(editable_practitioners(user).values_list("pk", flat=True))
    return [reason for reason in staff_reasons() if reason.practitioner_id in mine]


def team_by_appointment(patient: Patient) -> list[tuple[int, str]]:
    """The keys of all professionals for whom `visits_that_open` has one, with its words."""
    rows = Appointment.objects.active().filter(patient=patient).order_by("practitioner_id")
    return [(key, _("rendez-vous")) for key in rows.values_list("practitioner_id", flat=True).distinct()]


def get_own_practice(user: Visitor, slug: str) -> Practitioner:
    """One's own practice and no other: what leaves the house in his name is for himself to decide, not for the desk."""
    practitioner = (
        Practitioner.objects.active()
        .select_related("profession", "centre")
        .filter(slug=slug, user_id=user.pk or 0)
        .first()
    )
    if practitioner is None or not gives_care(user):
        raise Http404
    return practitioner


def feed_by_token(token: str) -> CalendarFeed | None:
    """A feed that is open, of somebody who still works here."""
    feed = (
        CalendarFeed.objects.live()
        .filter(digest=digest_of(token), practitioner__in=Practitioner.objects.active().values("pk"))
        .select_related("practitioner__user")
        .first()
    )
    owner = feed.practitioner.user if feed is not None else None
    return feed if owner is not None and gives_care(owner) else None
