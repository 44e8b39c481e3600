"""From the link to the call: who comes in, who waits, who is let in; and that nobody else learns anything."""

import re
import threading
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from accounts.models import Role
from appointments.ics import calendar_for
from appointments.models import PlaceKind, Status
from appointments.models.reminder import ReminderKind
from appointments.notifications.plan import REMINDER
from core.audit.models import AuditEvent
from core.outbox.models import OutboxMessage
from patients.models.proxy import Relation
from practitioners.house import the_house
from teleconsult import entering
from teleconsult.actions.admit import RoomFull, admit
from teleconsult.actions.at_the_door import knock
from teleconsult.models import Participant, VideoVisit
from tests.cast import on_monday, sign_in
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.messages import OutboxMessageFactory
from tests.factories.patients import PatientFactory, ProxyFactory
from tests.factories.teleconsult_visit import ThirdFactory, a_video_visit
from tests.house.test_messages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(doctor, owner):
    """The owner is seen by video on Monday at 9; it is five to."""
    doctor.reason.place_kind = PlaceKind.VIDEO
    doctor.reason.save()
    owner.patient.birth_date = date(1980, 3, 14)
    owner.patient.phone = "+33612345678"
    owner.patient.save()
    found = a_video_visit(reason=doctor.reason, patient=owner.patient, start_at=on_monday(9))
    with time_machine.travel(on_monday(8, 55), tick=False):
        # Nobody stays signed in from Sunday to Monday.
        for person in (doctor, owner):
            person.client = sign_in(person.user)
        yield found


def one(visit, role):
    return Participant.objects.with_visit().get(visit=visit, role=role)


def entry(participant):
    return reverse("enter_video", args=[entering.sign(participant)])


def url(name, visit, *more):
    return reverse(name, args=[visit.key, *(row.key for row in more)])


def call(visit):
    return f"/teleconsultation/{visit.key}/appel/"


def test_by_the_link_to_the_call(visit, doctor, owner, visitor):
    patient = one(visit, "patient")
    page = visitor.get(entry(patient))
    text = page.content.decode()
    assert (page.status_code, "Jeanne L." in text, "Lefebvre" in text) == (200, True, False)
    wrong = visitor.post(entry(patient), {"birth_date": "01/01/1970"})
    assert (wrong.status_code, "Cette date ne va pas" in wrong.content.decode()) == (422, True)
    assert visitor.get(url("video_waiting", visit)).status_code == 404
    assert visitor.post(entry(patient), {"birth_date": "14/03/1980"}).url == url("video_waiting", visit)
    assert visitor.get(entry(patient)).url == url("video_waiting", visit)

    assert visitor.post(url("knock_video", visit)).status_code == 422
    assert visitor.post(url("knock_video", visit), {"agrees": "on"}).status_code == 302
    patient.refresh_from_db()
    visit.refresh_from_db()
    visit.appointment.refresh_from_db()
    assert (visit.state, visit.appointment.status, patient.consent_version, patient.arrived_at) == (
        "waiting",
        Status.ARRIVED,
        "2026-11",
        on_monday(8, 55),
    )
    waiting = visitor.get(url("video_waiting", visit)).content.decode()
    assert "On vous attend" in waiting
    stamp = re.search(r"\?etat=([^\"]*)\"", waiting).group(1)
    poll = visitor.get(url("video_waiting", visit), {"etat": stamp}, headers={"HX-Request": "true"})
    assert poll.status_code == 204

    shown = doctor.client.get(reverse("teleconsult")).content.decode()
    assert "vient d’arriver" in " ".join(shown.split())
    day = doctor.client.get(reverse("my_day")).context["waiting"]
    assert ("1 personne attend en vidéo", reverse("teleconsult")) in day
    assert owner.client.post(url("admit_to_video", visit, patient)).status_code == 404
    assert doctor.client.post(url("admit_to_video", visit, patient)).url == call(visit)
    poll = visitor.get(url("video_waiting", visit), {"etat": stamp}, headers={"HX-Request": "true"})
    assert poll.headers["HX-Redirect"] == call(visit)
    visit.refresh_from_db()
    visit.appointment.refresh_from_db()
    assert (visit.state, visit.started_at, visit.appointment.status) == (
        "in_call",
        on_monday(8, 55),
        Status.IN_PROGRESS,
    )
    told = AuditEvent.objects.filter(subject_type="teleconsult.videovisit").order_by("pk")
    assert [line.action.removeprefix("video_visit.") for line in told] == [
        *("planned", "consented", "arrived", "admitted"),
    ]


def test_refused_with_a_word_then_let_in_then_changes_his_mind(visit, doctor, owner):
    patient = one(visit, "patient")
    assert owner.client.get(entry(patient)).url == url("video_waiting", visit)
    owner.client.post(url("knock_video", visit), {"agrees": "on"})
    assert doctor.client.get(url("refuse_video", visit, patient)).status_code == 200
    doctor.client.post(url("refuse_video", visit, patient), {"note": "Dans dix minutes."})
    assert "Dans dix minutes." in owner.client.get(url("video_waiting", visit)).content.decode()
    assert owner.client.post(url("knock_video", visit), {"agrees": "on"}).status_code == 422
    doctor.client.post(url("admit_to_video", visit, patient))
    assert owner.client.get(url("video_waiting", visit)).url == call(visit)
    owner.client.post(url("leave_video", visit), {"withdraw": "1"})
    patient.refresh_from_db()
    assert (patient.seat, patient.has_consented, patient.consent_withdrawn_at) == (
        None,
        False,
        on_monday(8, 55),
    )
    assert doctor.client.post(url("admit_to_video", visit, patient)).url == reverse("teleconsult")


def test_doors_that_are_shut_say_what_to_do_and_forged_ones_nothing(visit, doctor, owner, visitor, outsider):
    patient = one(visit, "patient")
    token = entering.sign(patient)
    for forged in (token[:-1] + ("a" if token[-1] != "a" else "b"), token.replace("-1:", "-2:"), "x", "é:y"):
        assert visitor.get(reverse("enter_video", args=[forged])).status_code == 404
    with time_machine.travel(on_monday(8, 44), tick=False):
        page = visitor.get(entry(patient))
        assert (page.status_code, "C’est un peu tôt" in page.content.decode()) == (200, True)
    with time_machine.travel(on_monday(11, 20), tick=False):
        page = visitor.get(entry(patient))
        assert (page.status_code, "est passé" in page.content.decode()) == (410, True)
    old = entry(patient)
    visitor.post(old, {"birth_date": "14/03/1980"})
    page = doctor.client.post(url("renew_video_link", visit, patient))
    patient.refresh_from_db()
    assert (patient.token_version, f"-{2}:" in page.content.decode()) == (2, True)
    page = visitor.get(old)
    assert (page.status_code, "plus valable" in page.content.decode()) == (410, True)
    assert visitor.get(url("video_waiting", visit)).status_code == 404
    for stranger in (outsider.client, visitor):
        for name in ("video_waiting", "knock_video", "leave_video"):
            answer = stranger.get if name == "video_waiting" else stranger.post
            assert answer(url(name, visit)).status_code == 404
        assert stranger.post(url("admit_to_video", visit, patient)).status_code in (404, 302)
    VideoVisit.objects.update(state="cancelled")
    page = visitor.get(entry(patient))
    assert (page.status_code, "est annulé" in page.content.decode()) == (410, True)


def test_ten_wrong_dates_and_the_link_rests(visit, visitor):
    patient = one(visit, "patient")
    codes = [visitor.post(entry(patient), {"birth_date": "01/01/1970"}).status_code for _try in range(11)]
    assert codes == [422] * 10 + [429]


def test_the_new_link_leaves_without_a_medical_word(visit, doctor, owner):
    patient = one(visit, "patient")
    doctor.client.post(url("renew_video_link", visit, patient))
    doctor.client.post(
        url("invite_third", visit),
        {"name": "Mme Interprète", "kind": "interpreter", "email": "i@example.org", "agreed": "on"},
    )
    sent = list(OutboxMessage.objects.filter(kind__startswith="video.").order_by("pk"))
    assert {(one.kind, one.address) for one in sent} == {
        ("video.link_renewed", "jeanne@example.org"),
        ("video.third_invited", "i@example.org"),
    }
    for message in sent:
        text = text_of(message)
        assert "/teleconsultation/entrer/" in text
        words = ("consultation", "médecin", "vandamme", "lefebvre", "interprète")
        left = text.replace("/teleconsultation/", "")
        assert [word for word in words if word in left] == []


def test_a_third_is_invited_with_the_patient_s_word_waits_and_is_sent_away(visit, doctor, owner, visitor):
    guest = {"name": "Ana Petit", "kind": "relative"}
    page = doctor.client.post(url("invite_third", visit), guest)
    assert (page.status_code, "Demandez d’abord au patient" in page.content.decode()) == (422, True)
    page = doctor.client.post(url("invite_third", visit), guest | {"agreed": "on"})
    link = re.search(r"data-testid=\"new-link\">\S*?(/teleconsultation/\S+?)<", page.content.decode()).group(
        1
    )
    assert visitor.post(link).url == url("video_waiting", visit)
    visitor.post(url("knock_video", visit), {"agrees": "on"})
    third = one(visit, "third")
    doctor.client.post(url("admit_to_video", visit, third))
    assert visitor.get(url("video_waiting", visit)).url == call(visit)
    doctor.client.post(url("revoke_third", visit, third))
    third.refresh_from_db()
    assert (third.seat, third.token_version, third.invitation.revoked_at) == (None, 2, on_monday(8, 55))
    assert visitor.get(url("video_waiting", visit)).status_code == 404


def test_the_list_asks_as_much_for_thirty_as_for_one(visit, doctor):
    the_house()
    page = reverse("teleconsult")
    doctor.client.get(page)
    with connection.execute_wrapper(counter := Counted()):
        doctor.client.get(page)
    before = counter.number
    for number in range(29):
        patient = PatientFactory(phone="+33612345678")
        a_video_visit(
            reason=doctor.reason, patient=patient, start_at=on_monday(9, 20) + number * doctor.reason.duration
        )
    with connection.execute_wrapper(counter := Counted()):
        text = doctor.client.get(page).content.decode()
    assert (counter.number, text.count('class="video-line"')) == (before, 30)
    secretary = sign_in(RoleAssignmentFactory(user=UserFactory(), role=Role.SECRETARY).user)
    shown = secretary.get(page).content.decode()
    assert (shown.count('class="video-line"'), "Faire entrer" in shown) == (30, False)


class Counted:
    def __init__(self):
        self.number = 0

    def __call__(self, execute, *statement):
        self.number += 1
        return execute(*statement)


def test_a_relative_with_rights_enters_as_the_patient_and_a_stranger_never(visit, owner, outsider):
    user = UserFactory()
    ProxyFactory(user=user, patient=owner.patient, relation=Relation.CHILD)
    assert sign_in(user).get(url("video_waiting", visit)).status_code == 200
    outsider.client = sign_in(outsider.user)
    assert outsider.client.get(url("video_waiting", visit)).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_four_at_most_whoever_presses_at_once(doctor, owner):
    doctor.reason.place_kind = PlaceKind.VIDEO
    doctor.reason.save()
    visit = a_video_visit(reason=doctor.reason, patient=owner.patient, start_at=on_monday(9))
    with time_machine.travel(on_monday(8, 55), tick=False):
        crowd = [one(visit, "patient"), *(ThirdFactory(visit=visit) for _each in range(5))]
        for person in crowd:
            knock(one_of(person.pk), actor=owner.user, agrees=True)
        refused = []

        def press(key):
            try:
                admit(one_of(key), by=doctor.user)
            except RoomFull:
                refused.append(key)
            finally:
                connection.close()

        threads = [threading.Thread(target=press, args=[person.pk]) for person in crowd]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    seats = sorted(visit.participants.admitted().values_list("seat", flat=True))
    assert (seats, len(refused)) == ([1, 2, 3, 4], 3)


def one_of(key):
    return Participant.objects.with_visit().get(pk=key)


def test_the_link_stands_in_the_confirmation_the_calendar_and_her_pages(visit, owner):
    appointment, patient = visit.appointment, one(visit, "patient")
    calendar = calendar_for(appointment).decode().replace("\r\n ", "")
    assert entry(patient) in calendar
    for number, kind in enumerate(("appointments.booked", REMINDER + ReminderKind.DAYS_BEFORE.value)):
        message = OutboxMessageFactory.build(
            pk=number + 1, kind=kind, recipient=owner.user, subject_id=appointment.pk, payload={}
        )
        assert entry(patient).casefold() in text_of(message)
    for page in (reverse("appointment", args=[appointment.reference]), reverse("my_space")):
        assert url("video_waiting", visit) in owner.client.get(page).content.decode()
