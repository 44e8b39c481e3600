"""The link of an invitation: signed, worth nothing without the row and without who acts for the patient."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from django.core import signing
from django.http import Http404
from django.urls import reverse

from accounts.access import Visitor
from appointments.models import SeriesInvitation
from appointments.patient_times import PatientTimes
from appointments.series import Pattern
from core import clock
from patients.access import patients_of

SALT = "appointments.invitation"

# Which days of the week go well together, by sessions a week.
TOGETHER: dict[int, tuple[tuple[int, ...], ...]] = {
    1: ((0,), (1,), (2,), (3,), (4,), (5,)),
    2: ((0, 3), (1, 4), (0, 2), (2, 4), (1, 3)),
    3: ((0, 2, 4), (0, 1, 3), (1, 2, 4)),
    4: ((0, 1, 3, 4),),
    5: ((0, 1, 2, 3, 4),),
}
LOOKED_AT = timedelta(weeks=4)


def invitation_token(invitation: SeriesInvitation) -> str:
    return signing.dumps(invitation.pk, salt=SALT)


def invitation_address(invitation: SeriesInvitation) -> str:
    return reverse("book_invited", args=[invitation_token(invitation)])


def get_invitation_for(user: Visitor, token: str) -> SeriesInvitation:
    """Used, revoked or past ones too, so that the page can say so; 404 for everybody else's."""
    try:
        key = signing.loads(token[:200], salt=SALT)
    except signing.BadSignature:
        raise Http404 from None
    invitation = (
        SeriesInvitation.objects.select_related(
            "patient",
            "series",
            "reason__practitioner__centre",
            "reason__practitioner__profession",
            "reason__category",
        )
        .filter(pk=key, patient__in=patients_of(user).values("pk"))
        .first()
    )
    if invitation is None:
        raise Http404
    return invitation


def usual_rhythm(invitation: SeriesInvitation) -> Pattern:
    """What is proposed before the patient has chosen: the days on which there is the most room. Three queries."""
    first = clock.today() + timedelta(days=1)
    times = PatientTimes(
        [invitation.reason], invitation.patient, (first, first + LOOKED_AT), clock.now(), by_patient=True
    )
    open_days = Counter(day.weekday() for day in times.days)
    choices = TOGETHER[invitation.per_week]
    weekdays = max(choices, key=lambda days: (min(open_days[day] for day in days), -choices.index(days)))
    if not any(open_days[day] for day in weekdays):
        weekdays = tuple(sorted(open_days)) or weekdays
    return Pattern(first, weekdays)
