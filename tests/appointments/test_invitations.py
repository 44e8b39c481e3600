"""An invitation opens to one patient what is otherwise reserved: proposed at once, taken once, until a day."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from appointments.actions.book_series import InvitationOver, Prescription, start_series
from appointments.actions.correct_series import FewerThanTaken, correct_series
from appointments.actions.invite import invite, revoke_invitation
from appointments.invitations import invitation_address
from appointments.models import Appointment, AppointmentSeries, Audience, Opening, Origin
from appointments.models.reason import Bookability
from appointments.patient_times import PatientTimes
from appointments.series import Pattern
from appointments.series_progress import progress_of
from core import clock
from core.outbox.models import OutboxMessage
from tests.cast import MONDAY, SUNDAY_NOON, sign_in
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.appointments import OpeningFactory


@pytest.fixture
def invitation(owner, doctor):
    """Four sessions, on six Mondays and Thursdays; nobody may book the reason by himself."""
    doctor.reason.bookable_by = Bookability.INVITED
    doctor.reason.save()
    start = Opening.objects.get(practitioner=doctor.practitioner).start_at
    for days in (3, 7, 10, 14, 17, 21):
        at = start + timedelta(days=days)
        OpeningFactory(practitioner=doctor.practitioner, start_at=at, end_at=at + timedelta(hours=2))
    return invite(
        owner.patient,
        doctor.reason,
        4,
        valid_for=timedelta(days=60),
        actor=doctor.user,
        prescriber="Dr Caron",
    )


def take(client, address, **changed):
    """The page as it is proposed, confirmed."""
    page = client.get(address)
    if page.status_code == 302:
        address = page["Location"]
        page = client.get(address)
    draft = page.context["draft"]
    sessions = [one.slot.value if one.slot else "-" for one in draft.proposal.sessions]
    return client.post(address, {"key": str(draft.key), "session": sessions, "book": "1", **changed})


def test_straight_to_a_proposal_and_booked(owner, doctor, invitation):
    address = invitation_address(invitation)
    first = owner.client.get(address)
    assert "jours=0&jours=3" in first["Location"]
    answer = take(owner.client, address)
    series = AppointmentSeries.objects.get()
    invitation.refresh_from_db()
    assert (answer["Location"], invitation.series) == (reverse("my_series", args=[series.pk]), series)
    days = [clock.local(one.start_at).date() for one in series.sessions.order_by("start_at")]
    assert days == [MONDAY + timedelta(days=number) for number in (0, 3, 7, 10)]
    assert set(series.sessions.values_list("origin", flat=True)) == {Origin.ONLINE}
    assert (series.prescribed, series.prescriber) == (4, "Dr Caron")
    assert OutboxMessage.objects.filter(kind="appointments.several_booked").count() == 1


def test_sent_twice_it_books_once(owner, invitation):
    address = owner.client.get(invitation_address(invitation))["Location"]
    page = owner.client.get(address)
    draft = page.context["draft"]
    form = {
        "key": str(draft.key),
        "session": [one.slot.value for one in draft.proposal.sessions],
        "book": "1",
    }
    answers = [owner.client.post(address, form)["Location"] for _time in range(2)]
    assert (len(set(answers)), Appointment.objects.count()) == (1, 4)


def test_fewer_first_and_the_rest_later_with_the_same_link(owner, invitation):
    address = invitation_address(invitation)
    take(owner.client, f"{address}?nombre=2&jours=0&jours=3&du={MONDAY}")
    series = AppointmentSeries.objects.get()
    assert progress_of([series])[series.pk].left == 2
    assert address in owner.client.get(reverse("my_series", args=[series.pk])).content.decode()
    take(owner.client, f"{address}?nombre=2&jours=0&jours=3&du={MONDAY + timedelta(days=7)}")
    assert progress_of([series])[series.pk].left == 0
    assert owner.client.get(address)["Location"] == reverse("my_series", args=[series.pk])


def test_more_than_asked_is_refused_beside_the_field(owner, invitation):
    page = owner.client.get(f"{invitation_address(invitation)}?nombre=9&jours=0&du={MONDAY}")
    assert (page.status_code, page.context["form"].errors) == (
        422,
        {"nombre": ["Il vous en reste 4 à prendre."]},
    )


def test_only_for_who_acts_for_the_patient(invitation, outsider, visitor):
    address = invitation_address(invitation)
    assert outsider.client.get(address).status_code == 404
    assert visitor.get(address).status_code == 302
    assert outsider.client.get(address.replace("seances/", "seances/x")).status_code == 404


def test_revoked_and_past_say_so(owner, doctor, invitation):
    address = invitation_address(invitation)
    with time_machine.travel(SUNDAY_NOON + timedelta(days=61), tick=False):
        client = sign_in(owner.user)
        assert "sa date est passée" in client.get(address).content.decode()
    revoke_invitation(invitation, actor=doctor.user)
    assert "a été retirée" in owner.client.get(address).content.decode()
    pattern = Pattern(MONDAY, (0,))
    times = PatientTimes([doctor.reason], owner.patient, (MONDAY, MONDAY), clock.now())
    with pytest.raises(InvitationOver):
        start_series(
            owner.patient,
            [doctor.reason],
            pattern,
            Prescription(4),
            times.free_on(MONDAY)[:1],
            actor=owner.user,
            key=uuid.uuid4(),
            invitation=invitation,
        )
    assert not AppointmentSeries.objects.exists()


def test_the_team_s_own_hours_stay_the_team_s(owner, doctor, invitation):
    Opening.objects.update(audience=Audience.STAFF)
    first = owner.client.get(invitation_address(invitation))["Location"]
    draft = owner.client.get(first).context["draft"]
    assert [one.slot for one in draft.proposal.sessions] == [None] * 4


def test_at_the_desk_the_invitation_fills_the_form_and_is_used_up(owner, doctor, invitation):
    user = UserFactory()
    RoleAssignmentFactory(user=user, role="secretary")
    desk = sign_in(user)
    url = reverse("start_series", args=[owner.patient.pk])
    form = desk.get(url, {"invitation": invitation.pk}).context["form"]
    assert (form.initial["motif"], form.initial["prescrites"], form.initial["prescripteur"]) == (
        str(doctor.reason.pk),
        4,
        "Dr Caron",
    )
    words = f"motif={doctor.reason.pk}&prescrites=4&nombre=4&jours=0&jours=3&du={MONDAY}&rythme=1&ecart=1"
    take(desk, f"{url}?{words}", origin="phone")
    invitation.refresh_from_db()
    assert invitation.series == AppointmentSeries.objects.get()


def test_the_number_on_the_paper_is_corrected(owner, doctor, invitation):
    take(owner.client, invitation_address(invitation))
    series = AppointmentSeries.objects.get()
    url = reverse("correct_series", args=[owner.patient.pk, series.pk])
    answer = doctor.client.post(url, {"prescrites": "3"})
    assert (answer.status_code, answer.context["form"].errors) == (
        422,
        {"prescrites": ["4 séances sont déjà faites ou réservées : annulez-en d’abord."]},
    )
    doctor.client.post(url, {"prescrites": "12", "prescripteur": "Dr Vandamme"})
    series.refresh_from_db()
    assert (series.prescribed, series.prescriber) == (12, "Dr Vandamme")
    with pytest.raises(FewerThanTaken):
        correct_series(series, Prescription(1), actor=doctor.user)
