"""Who is told about an appointment: the accounts that act for the patient, else the patient's own addresses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import DateField, OuterRef, QuerySet, Subquery

from accounts.models import User
from appointments.models import Appointment, SlotOffer
from appointments.models.reminder import ReminderKind
from core import clock
from core.outbox.models import Channel
from core.prepared import Asked, Question, ask, given
from patients.models import NoticePreference, Patient, Proxy
from patients.models.proxy import Relation

DEFAULTS = NoticePreference()


@dataclass(frozen=True)
class Addressee:
    user_id: int | None
    patient_id: int
    language: str
    email: str
    phone: str
    preference: NoticePreference

    @property
    def label(self) -> str:
        """What tells him from the others in the keys of messages."""
        return f"u{self.user_id}" if self.user_id else f"p{self.patient_id}"

    @property
    def channels(self) -> list[Channel]:
        """For what must be known: every means that he has chosen, and e-mail where the chosen one is missing."""
        wanted = []
        if self.preference.by_sms and self.phone:
            wanted.append(Channel.SMS)
        if self.email and (self.preference.by_email or not wanted):
            wanted.insert(0, Channel.EMAIL)
        return wanted or ([Channel.SMS] if self.phone else [])

    def channel_for_reminder(self, *, email_only: bool) -> Channel | None:
        """One is enough for a reminder: the telephone in the pocket, if he likes, else e-mail."""
        if email_only:
            return Channel.EMAIL if self.email and self.preference.by_email else None
        if self.preference.by_sms and self.phone:
            return Channel.SMS
        return next(iter(self.channels), None)

    def wants(self, kind: str) -> bool:
        return wants(self.preference, kind)

    def address(self, channel: Channel) -> str:
        return self.email if channel == Channel.EMAIL else self.phone


def wants(preference: NoticePreference, kind: str) -> bool:
    return {
        ReminderKind.WEEK_BEFORE.value: preference.week_before,
        ReminderKind.DAYS_BEFORE.value: preference.days_before,
        ReminderKind.HOURS_BEFORE.value: preference.hours_before,
    }[kind]


def addressees(appointment: Appointment | SlotOffer) -> list[Addressee]:
    """One query; a second one, once in the life of an account, gives it preferences to unsubscribe from."""
    if appointment.patient is None or (isinstance(appointment, Appointment) and appointment.accompanies_id):
        return []  # whoever joins another professional's visit is named in the message about that visit
    return people_of(appointment.patient)


def people_of(patient: Patient) -> list[Addressee]:
    """Whom to tell what concerns this patient."""
    return people_among(ask(asking_accounts(patient.pk)), patient)


def _accounts() -> QuerySet[User]:
    own_phone = Patient.objects.filter(
        proxies__user=OuterRef("pk"), proxies__relation=Relation.SELF, proxies__state="active"
    ).values("phone")[:1]
    acting = Proxy.objects.in_force(given("today", DateField)).filter(patient_id=given("patient"))
    return (
        User.objects.filter(pk__in=acting.values("user_id"), is_active=True)
        .select_related("notice_preference")
        .annotate(own_phone=Subquery(own_phone))
        .order_by("pk")
    )


_ACCOUNTS = Question(_accounts)


def asking_accounts(patient_id: int) -> Asked[list[User]]:
    """Who acts for this person today, for `people_among`."""
    return _ACCOUNTS(patient=patient_id, today=clock.today())


def people_among(users: Sequence[Any], patient: Patient) -> list[Addressee]:
    """Of the accounts that act for this patient; the patient's own addresses where there is none."""
    if not users:
        return _without_account(patient)
    _give_preferences(user for user in users if not hasattr(user, "notice_preference"))
    return [
        Addressee(
            user_id=user.pk,
            patient_id=patient.pk,
            language=user.language,
            email=user.email,
            phone=str(user.phone or user.own_phone or ""),
            preference=getattr(user, "notice_preference", DEFAULTS),
        )
        for user in users
    ]


def addressees_of(visits: Collection[Appointment]) -> dict[int, list[Addressee]]:
    """The same for many visits, by key of the visit, for showing before anything is sent: two queries, no writing."""
    patients = {visit.patient_id for visit in visits if visit.patient_id is not None}
    own_phone = Patient.objects.filter(
        proxies__user=OuterRef("user"), proxies__relation=Relation.SELF, proxies__state="active"
    ).values("phone")[:1]
    rows = (
        Proxy.objects.in_force()
        .filter(patient__in=patients, user__is_active=True)
        .select_related("user__notice_preference")
        .annotate(own_phone=Subquery(own_phone))
        .order_by("user_id")
    )
    found: dict[int, list[Addressee]] = defaultdict(list)
    for row in rows:
        found[row.patient_id].append(
            Addressee(
                user_id=row.user_id,
                patient_id=row.patient_id,
                language=row.user.language,
                email=row.user.email,
                phone=str(row.user.phone or row.own_phone or ""),
                preference=getattr(row.user, "notice_preference", DEFAULTS),
            )
        )
    return {visit.pk: found.get(visit.patient_id or 0) or _without_account(visit.patient) for visit in visits}


def _give_preferences(users: Iterable[User]) -> None:
    missing = [NoticePreference(user=user) for user in users]
    if missing:
        NoticePreference.objects.bulk_create(missing, ignore_conflicts=True)


def _without_account(patient: Patient | None) -> list[Addressee]:
    if patient is None or not (patient.email or patient.phone):
        return []
    return [
        Addressee(
            user_id=None,
            patient_id=patient.pk,
            language="fr",
            email=patient.email,
            phone=str(patient.phone or ""),
            preference=DEFAULTS,
        )
    ]
