"""Stays of trainees: made and changed, reviewed visit by visit, spoken of in private."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from accounts.models import Role
from appointments.actions.change_state import Step, change_state
from appointments.models import Absence, Status, StayHalfDay
from appointments.models.absence import AbsenceKind
from coordination.actions.debrief import escalate_debriefs
from coordination.models import Debrief, StayNote
from core.audit.models import AuditEvent
from core.outbox.delivery import deliver
from core.outbox.models import Channel, OutboxMessage
from patients.access import reason_to_open
from patients.models import CareTeamMember
from practitioners.models import Internship
from tests import export
from tests.cast import MONDAY, Doctor, make_doctor, on_monday, sign_in
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.appointments import AppointmentFactory
from tests.factories.coordination_stays import DebriefFactory
from tests.factories.practitioners import InternshipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def trainee(sunday) -> Doctor:
    found = make_doctor("Behague")
    found.user.role_assignments.update(role=Role.INTERN)
    return found


@pytest.fixture
def stay(trainee, doctor) -> Internship:
    return InternshipFactory(intern=trainee.practitioner, supervisors=[doctor.practitioner])


@pytest.fixture
def coordinator(sunday):
    return RoleAssignmentFactory(role=Role.COORDINATOR).user


def ended(trainee: Doctor, owner, hour: int = 9):
    """A visit of Monday, ended an hour after it began."""
    visit = AppointmentFactory(
        reason=trainee.reason, patient=owner.patient, start_at=on_monday(hour), status=Status.IN_PROGRESS
    )
    with time_machine.travel(on_monday(hour, 50), tick=False):
        change_state(visit, Step.FINISH, actor=trainee.user)
    return visit


class TestTheStay:
    def asked(self, trainee, doctor, **other):
        return {
            "intern": trainee.practitioner.pk,
            "level": "saspas",
            "faculty": "Lille",
            "since": "2026-11-02",
            "until": "2027-05-01",
            "supervisors": [doctor.practitioner.pk],
            "objectives": "Conduire seul une consultation.",
        } | other

    def test_the_coordinator_makes_it_and_the_hours_follow_at_once(
        self, trainee, doctor, teammate, coordinator
    ):
        client = sign_in(coordinator)
        past = {"since": "2025-11-02", "until": "2026-05-01"}
        client.post(reverse("add_stay"), self.asked(trainee, doctor, **past))
        assert Absence.objects.filter(kind=AbsenceKind.UNSUPERVISED).count() == 1
        answer = client.post(reverse("add_stay"), self.asked(trainee, doctor))
        stay = Internship.objects.get(since=date(2026, 11, 2))
        assert answer["Location"] == reverse("stay_half_days", args=[stay.pk])
        assert Absence.objects.filter(kind=AbsenceKind.UNSUPERVISED).count() == 0
        assert list(stay.supervisors.all()) == [doctor.practitioner]
        people = {"supervisors": [doctor.practitioner.pk, teammate.practitioner.pk]}
        client.post(reverse("edit_stay", args=[stay.pk]), self.asked(trainee, doctor, **people))
        client.post(reverse("stay_half_days", args=[stay.pk]), {"am0": teammate.practitioner.pk, "pm1": ""})
        assert list(StayHalfDay.objects.values_list("weekday", "half", "supervisor")) == [
            (0, "am", teammate.practitioner.pk)
        ]
        assert list(
            AuditEvent.objects.filter(action__startswith="stay.").values_list("action", flat=True)
        ) == [
            "stay.added",
            "stay.added",
            "stay.changed",
            "stay.changed",
        ]

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"until": "2026-10-01"}, "La fin du stage ne peut pas précéder son début."),
            ({"supervisors": []}, "Choisissez au moins un maître de stage."),
            ({"until": "2030-01-01"}, "Un stage dure treize mois au plus."),
        ],
    )
    def test_what_cannot_be_is_said_beside_the_field(self, trainee, doctor, coordinator, wrong, sentence):
        answer = sign_in(coordinator).post(reverse("add_stay"), self.asked(trainee, doctor, **wrong))
        assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
        assert Internship.objects.count() == 0

    def test_two_stays_of_one_person_do_not_meet(self, stay, trainee, doctor, coordinator):
        answer = sign_in(coordinator).post(reverse("add_stay"), self.asked(trainee, doctor))
        assert "Cette personne a déjà un stage à ces dates." in answer.content.decode()

    def test_each_sees_his_own(self, stay, trainee, doctor, teammate, coordinator, owner):
        page = reverse("stay", args=[stay.pk])
        found = {
            "trainee": trainee.client.get(page).status_code,
            "supervisor": doctor.client.get(page).status_code,
            "colleague": teammate.client.get(page).status_code,
            "coordinator": sign_in(coordinator).get(page).status_code,
            "patient": owner.client.get(page).status_code,
        }
        assert found == {
            "trainee": 200,
            "supervisor": 200,
            "colleague": 404,
            "coordinator": 200,
            "patient": 404,
        }
        assert trainee.client.get(reverse("edit_stay", args=[stay.pk])).status_code == 404

    def test_notes_stay_between_trainee_and_supervisors(self, stay, trainee, doctor, coordinator):
        add, page = reverse("add_stay_note", args=[stay.pk]), reverse("stay", args=[stay.pk])
        assert trainee.client.post(add, {"text": "J’aimerais voir des nourrissons."}).status_code == 302
        assert sign_in(coordinator).post(add, {"text": "Et moi ?"}).status_code == 404
        assert "nourrissons" in doctor.client.get(page).content.decode()
        assert "nourrissons" not in sign_in(coordinator).get(page).content.decode()
        assert list(StayNote.objects.values_list("author", "text")) == [
            (trainee.user.pk, "J’aimerais voir des nourrissons.")
        ]
        assert doctor.client.post(add, {"text": " "}).status_code == 422


class TestDebriefs:
    def test_a_visit_that_ends_is_to_be_reviewed_by_the_next_working_day(self, stay, trainee, doctor, owner):
        visit = ended(trainee, owner)
        assert list(Debrief.objects.values_list("visit", "stay", "supervisor", "due_on", "reviewed_at")) == [
            (visit.pk, stay.pk, doctor.practitioner.pk, MONDAY + timedelta(days=1), None)
        ]

    def test_at_level_one_the_same_day(self, stay, trainee, owner):
        Internship.objects.update(level="n1")
        ended(trainee, owner)
        assert Debrief.objects.get().due_on == MONDAY

    def test_a_visit_of_somebody_who_is_no_trainee_is_not(self, doctor, owner):
        ended(doctor, owner)
        assert Debrief.objects.count() == 0

    def test_taking_the_end_back_takes_it_off_the_list(self, stay, trainee, owner):
        visit = ended(trainee, owner)
        visit.refresh_from_db()
        with time_machine.travel(on_monday(11), tick=False):
            change_state(visit, Step.UNDO, actor=trainee.user)
        assert Debrief.objects.count() == 0
        assert not CareTeamMember.objects.filter(reason="supervision", until=None).exists()

    def test_the_supervisor_signs_and_the_trainee_reads_it(self, stay, trainee, doctor, teammate, owner):
        ended(trainee, owner)
        found = Debrief.objects.get()
        page = reverse("debrief", args=[found.pk])
        assert "1 relecture de stage à signer" in doctor.client.get(reverse("my_day")).content.decode()
        assert teammate.client.get(page).status_code == 404
        assert trainee.client.post(page, {"comment": "Bravo moi"}).status_code == 422
        member = CareTeamMember.objects.get(reason="supervision")
        assert (member.patient, member.practitioner, member.until) == (
            owner.patient,
            doctor.practitioner,
            None,
        )
        with time_machine.travel(on_monday(18), tick=False):
            assert reason_to_open(owner.patient, doctor.practitioner) == "maître de stage de l’interne"
            answer = sign_in(doctor.user).post(page, {"comment": "Penser à la tension."})
        assert answer["Location"] == reverse("debriefs")
        member.refresh_from_db()
        assert member.until == MONDAY
        [line] = export.rows_of("trainee_visits", owner.patient)
        assert (line["visit_at"], line["supervisor"], line["reviewed_by"]) == (
            on_monday(9),
            doctor.practitioner.display_name,
            str(doctor.user),
        )
        found.refresh_from_db()
        assert (found.reviewed_at, found.reviewed_by, found.comment) == (
            on_monday(18),
            doctor.user,
            "Penser à la tension.",
        )
        assert "Penser à la tension." in trainee.client.get(page).content.decode()
        again = sign_in(doctor.user).post(page, {"comment": "Autre chose"})
        assert "Cette relecture est déjà signée." in again.content.decode()
        assert AuditEvent.objects.filter(action="debrief.signed").count() == 1
        opened = AuditEvent.objects.filter(action="patient.opened", reason="relecture de stage")
        assert set(opened.values_list("actor", "patient_id")) == {
            (trainee.user.pk, owner.patient.pk),
            (doctor.user.pk, owner.patient.pk),
        }

    def test_what_is_late_is_told_once_and_only_when_it_is(self, stay, trainee, doctor, owner, coordinator):
        ended(trainee, owner)
        with time_machine.travel(on_monday(23) + timedelta(days=1), tick=False):
            assert escalate_debriefs() == 0
        with time_machine.travel(on_monday(9) + timedelta(days=2), tick=False):
            assert (escalate_debriefs(), escalate_debriefs()) == (1, 0)
            told = OutboxMessage.objects.filter(kind="coordination.debrief_overdue")
            assert set(told.values_list("recipient", flat=True)) == {doctor.user.pk, coordinator.pk}
            deliver(Channel.EMAIL)
        letters = [one for one in mail.outbox if "relectures" in one.subject]
        assert len(letters) == 2
        assert "Dr Claire Behague" in letters[0].body
        assert "Lefebvre" not in letters[0].body

    def test_signed_meanwhile_it_is_told_to_nobody(self, stay, trainee, doctor, owner):
        ended(trainee, owner)
        with time_machine.travel(on_monday(9) + timedelta(days=2), tick=False):
            escalate_debriefs()
            sign_in(doctor.user).post(reverse("debrief", args=[Debrief.objects.get().pk]), {"comment": ""})
            deliver(Channel.EMAIL)
        assert [one for one in mail.outbox if "relectures" in one.subject] == []

    @pytest.mark.parametrize("number", [1, 30])
    def test_the_list_costs_the_same(self, stay, trainee, doctor, number, django_assert_num_queries):
        for _ in range(number):
            DebriefFactory(stay=stay, supervisor=doctor.practitioner)
        doctor.client.get(reverse("debriefs"))
        with django_assert_num_queries(6):
            doctor.client.get(reverse("debriefs"))

    def test_the_coordinator_counts_and_reads_no_name(self, stay, trainee, owner, coordinator):
        ended(trainee, owner)
        page = sign_in(coordinator).get(reverse("debriefs")).content.decode()
        assert "Dr Claire Behague, avec Dr Claire Vandamme\u00a0: 1 relecture" in page
        assert "Lefebvre" not in page


def test_the_figures_of_the_stay(stay, trainee, doctor, owner):
    for hour in (8, 9):
        ended(trainee, owner, hour)
    page = doctor.client.get(reverse("stay", args=[stay.pk])).content.decode()
    assert "100\u00a0%" in page
    first, second = Debrief.objects.order_by("visit__start_at")
    with time_machine.travel(on_monday(9) + timedelta(days=3), tick=False):
        client = sign_in(doctor.user)
        client.post(reverse("debrief", args=[first.pk]), {"comment": "Tard"})
        figures = client.get(reverse("stay", args=[stay.pk])).context["figures"]
    assert (figures.visits, figures.reviewed, figures.late, figures.overdue, figures.in_time) == (
        2,
        1,
        1,
        1,
        0,
    )
    assert second.reviewed_at is None
