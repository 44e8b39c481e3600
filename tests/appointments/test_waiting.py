"""The screens of the waiting list: the link of an offer, the patient's requests, the team's list."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from appointments.actions.hold import hold
from appointments.actions.offer_freed import offer_freed
from appointments.export import everything
from appointments.models import Appointment, SlotOffer, Status, WaitingRequest
from core.audit.models import AuditEvent
from core.outbox import registry
from core.outbox.delivery import deliver
from core.outbox.models import OutboxMessage
from tests.cast import MONDAY, on_monday, sign_in
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.appointments import AppointmentFactory, OpeningFactory, VisitReasonFactory
from tests.factories.patients import PatientFactory
from tests.factories.waiting import WaitingRequestFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db, sunday):
    user = UserFactory(first_name="Sophie", last_name="Accueil")
    RoleAssignmentFactory(user=user, role=Role.SECRETARY)
    return sign_in(user)


@pytest.fixture
def offer(owner, doctor) -> SlotOffer:
    WaitingRequestFactory(patient=owner.patient)
    offer_freed()
    return SlotOffer.objects.get()


def wish(**fields):
    return {
        "first_day": "2026-11-22",
        "last_day": "2026-12-20",
        "half": "",
        "notice": "120",
        "weekdays": [],
        "practitioners": [],
        **fields,
    }


# The link ------------------------------------------------------------------------------------------------------------


def test_looking_at_an_offer_changes_nothing_and_says_little(offer, visitor, doctor):
    for _ in range(2):
        page = visitor.get(reverse("offer", args=[offer.token]))
    assert (page.status_code, "Jeanne" in page.text, "Lefebvre" in page.text) == (200, True, False)
    assert doctor.reason.name not in page.text
    offer.refresh_from_db()
    assert (offer.state, AuditEvent.objects.filter(action="offer.accepted").count()) == ("sent", 0)


def test_who_is_signed_in_for_the_patient_reads_all(offer, owner):
    page = owner.client.get(reverse("offer", args=[offer.token]))
    assert "Jeanne Lefebvre" in page.text


def test_yes_from_the_link_alone(offer, visitor):
    page = visitor.post(reverse("accept_offer", args=[offer.token]), follow=True)
    visit = Appointment.objects.get(status=Status.BOOKED)
    assert f'data-testid="appointment-reference">{visit.reference}<' in page.text
    assert (visit.patient_id, visit.booked_by) == (offer.patient_id, None)
    again = visitor.post(reverse("accept_offer", args=[offer.token]), follow=True)
    assert again.status_code == 200
    assert Appointment.objects.filter(status=Status.BOOKED).count() == 1


def test_no_from_the_link_then_yes_is_too_late(offer, visitor):
    page = visitor.post(reverse("decline_offer", args=[offer.token]), follow=True)
    assert "Vous restez sur la liste d’attente" in page.text
    late = visitor.post(reverse("accept_offer", args=[offer.token]))
    assert late.status_code == 409
    assert 'role="alert"' in late.text


def test_leaving_from_the_link(offer, visitor):
    page = visitor.post(reverse("leave_waiting", args=[offer.token]), follow=True)
    assert page.status_code == 200
    assert WaitingRequest.objects.get().state == "withdrawn"


def test_a_busy_patient_reads_why_and_keeps_the_offer(offer, owner, teammate, visitor):
    AppointmentFactory(reason=teammate.reason, patient=owner.patient, start_at=offer.start_at)
    page = visitor.post(reverse("accept_offer", args=[offer.token]))
    assert (page.status_code, "déjà un rendez-vous à cette heure" in page.text) == (409, True)
    offer.refresh_from_db()
    assert offer.state == "sent"


@pytest.mark.parametrize("token", ["x", "a" * 32, "é" * 39, "%00", "<script>"])
def test_a_wrong_key_is_missing(visitor, db, token):
    for name in ("offer", "accept_offer", "decline_offer", "leave_waiting"):
        assert visitor.post(reverse(name, args=[token])).status_code in (404, 405)
    assert visitor.get(reverse("offer", args=[token])).status_code == 404


def test_before_it_leaves_an_offer_is_nobodys(offer, visitor):
    SlotOffer.objects.update(sent_at=offer.sent_at + timedelta(minutes=1))
    assert visitor.get(reverse("offer", args=[offer.token])).status_code == 404


# The patient ---------------------------------------------------------------------------------------------------------


def test_asked_from_the_results(owner, doctor, teammate):
    url = reverse("ask_place") + f"?motif={doctor.reason.category.slug}&praticien=caron"
    form = owner.client.get(url).context["form"]
    assert form.initial["practitioners"] == [teammate.practitioner.pk]
    data = wish(whom=owner.child.pk, practitioners=[teammate.practitioner.pk], weekdays=[0, 2], half="matin")
    assert owner.client.post(url, data).status_code == 302
    row = WaitingRequest.objects.get()
    assert (row.patient, row.category, row.weekdays, row.half, row.notice_minutes, row.last_day) == (
        owner.child,
        doctor.reason.category,
        [0, 2],
        "matin",
        120,
        date(2026, 12, 20),
    )
    assert list(row.practitioners.all()) == [teammate.practitioner]
    assert (row.asked_by, row.current, row.origin) == (owner.user, None, "online")
    again = owner.client.post(url, data)
    assert (again.status_code, "déjà sur la liste d’attente" in again.text) == (409, True)


def test_asked_for_an_earlier_time(owner, booked, doctor):
    url = reverse("ask_earlier", args=[booked.reference])
    assert owner.client.post(url, wish(last_day="2026-11-23")).status_code == 302
    row = WaitingRequest.objects.get()
    assert (row.current, row.only_earlier, row.patient) == (booked, True, owner.patient)
    assert url in owner.client.get(reverse("appointment", args=[booked.reference])).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"last_day": ""},
        {"last_day": "2026-11-21", "first_day": "2026-11-25"},
        {"last_day": "2030-01-01"},
        {"notice": "3"},
        {"weekdays": ["lundi"]},
        {"whom": "0"},
        {"practitioners": ["999999"]},
    ],
)
def test_a_wrong_wish_is_explained_and_kept(owner, doctor, teammate, wrong):
    url = reverse("ask_place") + f"?motif={doctor.reason.category.slug}"
    page = owner.client.post(url, wish(whom=owner.patient.pk) | wrong)
    assert (page.status_code, WaitingRequest.objects.count()) == (422, 0)


def test_not_for_other_peoples_visits(outsider, booked, newcomer, doctor):
    assert outsider.client.get(reverse("ask_earlier", args=[booked.reference])).status_code == 404
    assert outsider.client.get(reverse("ask_place")).status_code == 404
    url = reverse("ask_place") + f"?motif={doctor.reason.category.slug}"
    assert newcomer.client.get(url).url == reverse("my_identity")


def test_the_list_of_the_space_and_leaving_it(owner, outsider, offer):
    page = owner.client.get(reverse("my_waiting"))
    assert reverse("offer", args=[offer.token]) in page.text
    assert reverse("my_waiting") in owner.client.get(reverse("my_space")).text
    row = WaitingRequest.objects.get()
    for name in ("leave_list", "resume_waiting"):
        assert outsider.client.post(reverse(name, args=[row.pk])).status_code == 404
        assert owner.client.get(reverse(name, args=[row.pk])).status_code == 405
    assert owner.client.post(reverse("leave_list", args=[row.pk])).status_code == 302
    row.refresh_from_db()
    offer.refresh_from_db()
    assert (row.state, offer.state) == ("withdrawn", "withdrawn")


def test_resumed_from_the_space(owner, doctor):
    row = WaitingRequestFactory(patient=owner.patient, state="paused", notices=3)
    assert "J’attends toujours" in owner.client.get(reverse("my_waiting")).text
    owner.client.post(reverse("resume_waiting", args=[row.pk]))
    row.refresh_from_db()
    assert (row.state, row.notices) == ("open", 0)


def test_the_space_reads_as_often_for_one_as_for_thirty(owner, doctor):
    url = reverse("my_waiting")
    rows = [
        WaitingRequest(
            patient=owner.patient,
            category=VisitReasonFactory(category__slug=f"c{number}").category,
            first_day=MONDAY,
            last_day=MONDAY,
        )
        for number in range(30)
    ]
    WaitingRequest.objects.bulk_create(rows)
    owner.client.get(url)
    before = len(_counted(owner.client, url))
    WaitingRequest.objects.filter(pk__in=[row.pk for row in rows[1:]]).delete()
    assert len(_counted(owner.client, url)) == before


def _counted(client: Client, url: str):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return queries


# The team ------------------------------------------------------------------------------------------------------------


def test_the_list_in_its_order_for_desk_and_doctor(desk, doctor, teammate, owner, outsider):
    WaitingRequestFactory(patient__birth_name="Deux")
    WaitingRequestFactory(patient__birth_name="Un", priority=1, practitioners=[doctor.practitioner])
    rows = [row.patient.birth_name for row, _ in desk.get(reverse("waiting_list")).context["rows"]]
    own = [row.patient.birth_name for row, _ in doctor.client.get(reverse("waiting_list")).context["rows"]]
    none = teammate.client.get(reverse("waiting_list")).context["rows"]
    assert (rows, own, none) == (["Un", "Deux"], ["Un"], [])
    for person in (owner, outsider):
        for name in ("waiting_list", "offered_slots"):
            assert person.client.get(reverse(name)).status_code == 404


def test_on_the_telephone(desk, doctor):
    patient = PatientFactory(birth_name="Deroo", phone="+33612345678")
    url = reverse("add_waiting", args=[patient.pk])
    assert url in desk.get(reverse("patient_record", args=[patient.pk])).text
    data = wish(category=doctor.reason.category_id, priority="1")
    page = desk.post(url, data)
    assert (page.status_code, "l’équipe le lira" in page.text) == (422, True)
    assert desk.post(url, data | {"priority_note": "reporté deux fois"}).status_code == 302
    row = WaitingRequest.objects.get()
    assert (row.patient, row.priority, row.priority_note, row.origin) == (
        patient,
        1,
        "reporté deux fois",
        "phone",
    )
    assert desk.post(url, data | {"priority_note": "encore"}).status_code == 409


def test_another_turn_with_its_reason(desk, offer):
    row = WaitingRequest.objects.get()
    url = reverse("prioritise", args=[row.pk])
    assert desk.post(url, {"priority": "2", "note": ""}).status_code == 422
    assert desk.post(url, {"priority": "2", "note": "demandé par le médecin"}).status_code == 302
    row.refresh_from_db()
    assert (row.priority, row.priority_note) == (2, "demandé par le médecin")
    assert AuditEvent.objects.get(action="waiting.priority").reason == "demandé par le médecin"


def test_offered_by_hand_and_taken_back(desk, doctor):
    row = WaitingRequestFactory()
    url = reverse("waiting_request", args=[row.pk])
    slot = desk.get(url).context["slots"][2]
    assert desk.post(reverse("offer_by_hand", args=[row.pk]), {"slot": slot.value}).status_code == 302
    offer = SlotOffer.objects.get()
    assert (offer.start_at, offer.made_by.last_name, offer.state) == (slot.start_at, "Accueil", "sent")
    again = desk.post(reverse("offer_by_hand", args=[row.pk]), {"slot": slot.value})
    assert (again.status_code, "déjà proposée" in again.text) == (409, True)
    assert "par Sophie Accueil" in desk.get(url).text
    assert "par Sophie Accueil" in desk.get(reverse("offered_slots")).text
    assert desk.post(reverse("take_back_offer", args=[row.pk])).status_code == 302
    offer.refresh_from_db()
    assert offer.state == "withdrawn"


def test_by_hand_a_time_that_is_gone(desk, doctor):
    row = WaitingRequestFactory()
    slot = desk.get(reverse("waiting_request", args=[row.pk])).context["slots"][0]
    hold(doctor.reason, slot.start_at, holder="passant")
    for value in (slot.value, "", "x.y", f"{doctor.reason.pk}.9999999999"):
        page = desk.post(reverse("offer_by_hand", args=[row.pk]), {"slot": value})
        assert (page.status_code, 'role="alert"' in page.text) == (409, True)
    assert SlotOffer.objects.count() == 0


def test_ended_and_resumed_by_the_team(desk, doctor):
    row = WaitingRequestFactory(state="paused", notices=3)
    desk.post(reverse("resume_for_patient", args=[row.pk]))
    row.refresh_from_db()
    assert (row.state, row.notices) == ("open", 0)
    desk.post(reverse("end_waiting", args=[row.pk]))
    row.refresh_from_db()
    assert row.state == "withdrawn"
    late = desk.post(reverse("resume_for_patient", args=[row.pk]))
    assert (late.status_code, "déjà terminée" in late.text) == (409, True)


@pytest.mark.parametrize("name", ["prioritise", "offer_by_hand", "take_back_offer", "end_waiting"])
def test_not_by_others_and_not_by_looking(desk, owner, teammate, doctor, name):
    row = WaitingRequestFactory(practitioners=[doctor.practitioner])
    url = reverse(name, args=[row.pk])
    assert desk.get(url).status_code == 405
    for person in (owner, teammate):
        assert person.client.post(url).status_code == 404
        assert person.client.get(reverse("waiting_request", args=[row.pk])).status_code == 404


def test_the_team_reads_as_often_for_one_as_for_thirty(desk, doctor):
    OpeningFactory(practitioner=doctor.practitioner, start_at=on_monday(12), end_at=on_monday(23))
    desk.get(reverse("waiting_list"))
    for name in ("waiting_list", "offered_slots"):
        WaitingRequest.objects.all().delete()
        WaitingRequestFactory.create_batch(2)
        offer_freed()
        few = len(_counted(desk, reverse(name)))
        WaitingRequestFactory.create_batch(28)
        offer_freed()
        assert len(_counted(desk, reverse(name))) == few


# The message -------------------------------------------------------------------------------------------------------


def test_the_offer_in_full(offer, owner, settings):
    settings.PUBLIC_URL = "https://portail.example.org"
    deliver()
    (sent,) = mail.outbox
    assert sent.subject.replace("\u00a0", " ") == "Une place se libère : lundi 23 novembre à 8 h"
    assert sent.body.replace("\u00a0", " ") == (
        "Bonjour,\n\n"
        "Vous attendez une place. En voici une, gardée pour vous jusqu’au dimanche 22 novembre à 12 h 30.\n\n"
        "Lundi 23 novembre 2026 à 8 h\n"
        "avec Dr Claire Vandamme\n"
        "4 rue des Tilleuls, 62840 Laventie\n\n"
        "Répondre, ou quitter la liste d’attente :\n"
        f"https://portail.example.org/place/{offer.token}/\n\n"
        "--\n"
        "Maison de santé des Tilleuls\n"
        "4 rue des Tilleuls, 62840 Laventie\n"
    )


def test_the_last_offer_says_that_it_is_the_last(offer, owner):
    WaitingRequest.objects.update(notices=3)
    deliver()
    assert "votre demande est en pause" in mail.outbox[0].body


def test_an_answered_offer_is_not_sent_any_more(offer, owner):
    OutboxMessage.objects.update(state="due")
    SlotOffer.objects.update(state="declined", answered_at=offer.sent_at)
    deliver()
    assert (mail.outbox, OutboxMessage.objects.get().state) == ([], "stale")


def test_an_offer_by_sms(offer, owner):
    message = OutboxMessage.objects.get()
    message.channel = "sms"
    kind = registry.find(message.kind)
    text = kind.render([message], kind.load([message])).text
    assert text.startswith(
        "Maison de santé des Tilleuls : une place se libère lundi 23 novembre à 8 h"
        " avec Dr Claire Vandamme. Répondez avant 12 h 30 : http"
    )


def test_an_offer_is_on_the_first_page_of_the_space_and_in_the_file(offer, owner, outsider):
    link = reverse("offer", args=[offer.token])
    assert link in owner.client.get(reverse("my_space")).text
    assert link not in outsider.client.get(reverse("my_space")).text
    (wish,) = everything(owner.user)["waiting_requests"]
    assert (wish["for"], wish["state"], [one["answer"] for one in wish["offers"]]) == (
        "Jeanne Lefebvre",
        "offered",
        ["sent"],
    )
    assert everything(outsider.user)["waiting_requests"] == []
