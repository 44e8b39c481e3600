"""Troubles de l’équilibre: the doctor starts, the physiotherapist treats, dates move, somebody looks where it stops."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from appointments.actions.cancel import cancel
from appointments.actions.change_state import Step, change_state
from appointments.export import everything
from appointments.models import Appointment, Status
from coordination.actions.change_step import finish_step
from coordination.actions.end_pathway import end_pathway
from coordination.actions.start_pathway import AlreadyRunning, refuse_pathway, start_pathway
from coordination.actions.tend_pathways import tend_pathways
from coordination.models import (
    CarePathway,
    InformedBy,
    PathwayEnd,
    PathwayState,
    PathwayStep,
    PathwayVersion,
    StepKind,
    Task,
)
from coordination.pathway_board import plan_of
from coordination.pathway_plan import StepState, Trouble
from core import clock
from core.audit.models import AuditEvent
from core.formats import french
from core.outbox.models import OutboxMessage
from patients.models import CareTeamMember
from patients.models.care_team import Reason
from tests.cast import MONDAY, on_monday, sign_in
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.appointments import AppointmentFactory
from tests.factories.pathways import CarePathwayFactory, PathwayVersionFactory, TemplateStepFactory

TODAY = date(2026, 11, 22)


@pytest.fixture
def version(doctor) -> PathwayVersion:
    """A visit to the doctor, then information within one to two weeks, then only if needed a meeting."""
    version = PathwayVersionFactory()
    category = doctor.reason.category
    TemplateStepFactory(
        version=version,
        position=1,
        kind=StepKind.APPOINTMENT,
        title="Bilan de chute",
        category=category,
        practitioner=doctor.practitioner,
        delay_min=0,
        delay_ideal=1,
        delay_max=3,
        question="Faut-il rééduquer ?",
        answers=["oui", "non"],
    )
    TemplateStepFactory(
        version=version,
        position=2,
        after=1,
        title="Exercices à la maison",
        only_if="oui",
        patient_words="Bouger",
    )
    TemplateStepFactory(
        version=version, position=3, after=2, kind=StepKind.MEETING, title="RCP", is_optional=True
    )
    return version


@pytest.fixture
def pathway(version, owner, doctor) -> CarePathway:
    owner.patient.attending_doctor = doctor.practitioner
    owner.patient.save(update_fields=["attending_doctor"])
    return start_pathway(
        owner.patient, version, doctor.practitioner, actor=doctor.user, informed_by=InformedBy.ORAL
    )


@pytest.fixture
def desk(db, sunday):
    user = RoleAssignmentFactory(role=Role.COORDINATOR).user
    user.client = sign_in(user)
    return user


def states(pathway: CarePathway) -> list[StepState]:
    return [one.state for one in plan_of(pathway).standings]


def steps(pathway: CarePathway) -> list[PathwayStep]:
    return [one.step for one in plan_of(pathway).standings]


def page(pathway: CarePathway) -> str:
    return reverse("care_pathway", args=[pathway.patient_id, pathway.pk])


def change(client, pathway: CarePathway, step: PathwayStep, do: str, **data):
    return client.post(
        reverse("change_pathway_step", args=[pathway.patient_id, pathway.pk, step.pk, do]), data
    )


def book_first(pathway: CarePathway, doctor, hour: int = 9) -> Appointment:
    """By the page of free times."""
    step = steps(pathway)[0]
    url = reverse("book_pathway_step", args=[pathway.patient_id, pathway.pk, step.pk])
    slot = f"{doctor.reason.pk}.{int(on_monday(hour).timestamp())}"
    assert doctor.client.post(url, {"slot": slot}).status_code == 302
    return Appointment.objects.get(patient=pathway.patient)


class TestStart:
    def test_the_whole_effect(self, owner, doctor, version):
        owner.patient.attending_doctor = doctor.practitioner
        owner.patient.save(update_fields=["attending_doctor"])
        url = reverse("start_care_pathway", args=[owner.patient.pk, version.pk])
        assert doctor.client.get(url).status_code == 200
        answer = doctor.client.post(url, {"accepts": "yes", "informed_by": "oral"})
        row = CarePathway.objects.get()
        assert answer.url == page(row)
        assert (row.patient, row.version, row.lead) == (owner.patient, version, doctor.practitioner)
        assert (row.started_on, row.informed_on, row.state) == (TODAY, TODAY, PathwayState.ACTIVE)
        assert states(row) == [StepState.DUE, StepState.WAITING, StepState.WAITING]
        assert [step.noted_on for step in steps(row)] == [
            TODAY + timedelta(days=1),
            TODAY + timedelta(days=8),
            TODAY + timedelta(days=15),
        ]
        team = CareTeamMember.objects.filter(patient=owner.patient, reason=Reason.PATHWAY)
        assert [(one.practitioner, one.until) for one in team] == [(doctor.practitioner, None)]
        assert AuditEvent.objects.filter(action="pathway.started", patient_id=owner.patient.pk).count() == 1

    def test_the_same_twice_is_refused(self, pathway, doctor, version):
        with pytest.raises(AlreadyRunning):
            start_pathway(
                pathway.patient, version, doctor.practitioner, actor=doctor.user, informed_by=InformedBy.ORAL
            )

    def test_a_patient_who_says_no_is_recorded_and_left_alone(self, owner, doctor, version):
        row = refuse_pathway(
            owner.patient, version, doctor.practitioner, actor=doctor.user, informed_by=InformedBy.PHONE
        )
        assert (row.state, row.end_kind) == (PathwayState.REVOKED, PathwayEnd.REFUSED)
        assert not row.steps.exists()
        assert not CareTeamMember.objects.filter(reason=Reason.PATHWAY).exists()

    def test_what_is_missing_stands_beside_the_field(self, pathway, doctor, owner, version):
        end_pathway(pathway, PathwayEnd.LOST, actor=doctor.user)
        url = reverse("start_care_pathway", args=[owner.patient.pk, version.pk])
        answer = doctor.client.post(url, {"informed_by": "oral"})
        assert answer.status_code == 422
        assert "Dites ce que le patient a répondu." in answer.text

    def test_only_for_the_professions_that_may(self, owner, doctor, version):
        owner.patient.attending_doctor = doctor.practitioner
        owner.patient.save(update_fields=["attending_doctor"])
        other = type(doctor.practitioner.profession).objects.create(name="sage-femme", slug="sf")
        version.starters.set([other])
        url = reverse("start_care_pathway", args=[owner.patient.pk, version.pk])
        assert doctor.client.get(url).status_code == 404


class TestVisits:
    def test_booked_from_the_step_and_done_when_the_patient_was_seen(self, pathway, doctor):
        visit = book_first(pathway, doctor)
        assert states(pathway)[0] == StepState.BOOKED
        with time_machine.travel(on_monday(9), tick=False):
            for step in (Step.ARRIVE, Step.BEGIN, Step.FINISH):
                visit = change_state(visit, step, actor=doctor.user)
            plan = plan_of(pathway)
            assert [one.state for one in plan.standings] == [
                StepState.DONE,
                StepState.WAITING,
                StepState.WAITING,
            ]
            assert plan.next.needs_answer
            finish_step(plan.standings[0].step, actor=doctor.user, answer="oui")
            assert states(pathway)[1] == StepState.DUE

    def test_an_answer_lets_the_rest_fall_away(self, pathway, doctor):
        finish_step(steps(pathway)[0], actor=doctor.user, answer="non")
        assert states(pathway) == [StepState.DONE, StepState.DROPPED, StepState.DROPPED]
        assert tend_pathways() == 1
        pathway.refresh_from_db()
        assert (pathway.state, pathway.end_kind) == (PathwayState.COMPLETED, PathwayEnd.COMPLETED)
        assert CareTeamMember.objects.get(reason=Reason.PATHWAY).until == TODAY

    def test_dates_move_with_the_visit_and_are_shown_before_and_after(self, pathway, doctor):
        visit = book_first(pathway, doctor)
        Appointment.objects.filter(pk=visit.pk).update(
            start_at=on_monday(9) + timedelta(days=2),
            end_at=on_monday(9, 20) + timedelta(days=2),
            blocked_until=on_monday(9, 20) + timedelta(days=2),
        )
        plan = plan_of(pathway)
        assert [one.shift for one in plan.standings] == [
            None,
            (TODAY + timedelta(days=8), MONDAY + timedelta(days=9)),
            None,
        ]
        text = doctor.client.get(page(pathway)).text
        assert "Des dates ont bougé" in text
        before, after = (french.full_day_with_year(MONDAY + timedelta(days=days)) for days in (7, 9))
        assert f"{before} → <strong>{after}</strong>" in text
        doctor.client.post(reverse("change_care_pathway", args=[pathway.patient_id, pathway.pk, "dates"]))
        assert plan_of(pathway).shifts == []

    def test_outside_its_delay_it_is_flagged_until_somebody_keeps_it(self, pathway, doctor):
        visit = book_first(pathway, doctor)
        Appointment.objects.filter(pk=visit.pk).update(
            start_at=on_monday(9) + timedelta(days=20),
            end_at=on_monday(9, 20) + timedelta(days=20),
            blocked_until=on_monday(9, 20) + timedelta(days=20),
        )
        step = steps(pathway)[0]
        assert plan_of(pathway).troubles[0][1] == Trouble.TOO_LATE
        refused = change(doctor.client, pathway, step, "garder", note=" ")
        assert refused.status_code == 422
        assert "Écrivez pourquoi" in refused.text
        assert change(doctor.client, pathway, step, "garder", note="vacances").status_code == 302
        assert plan_of(pathway).troubles == []
        visit.refresh_from_db()
        assert visit.status == Status.BOOKED

    @pytest.mark.parametrize("what", ["missed", "cancelled"])
    def test_a_visit_that_did_not_happen_is_seen_chased_and_begun_anew(self, pathway, doctor, desk, what):
        visit = book_first(pathway, doctor)
        if what == "missed":
            Appointment.objects.filter(pk=visit.pk).update(status=Status.NO_SHOW)
        else:
            cancel(visit, actor=doctor.user, by_staff=True)
        trouble = Trouble.NO_SHOW if what == "missed" else Trouble.CANCELLED
        plan = plan_of(pathway)
        assert plan.troubles[0][1] == trouble
        assert tend_pathways() == 1
        assert tend_pathways() == 0
        assert Task.objects.get().owner == doctor.user
        text = desk.client.get(reverse("stalled_pathways")).text
        assert str(trouble.label) in text
        step = plan.standings[0].step
        assert change(desk.client, pathway, step, "relancer").status_code == 302
        step.refresh_from_db()
        assert (step.appointment, step.set_aside, step.restarted_on) == (None, [visit.pk], TODAY)
        assert plan_of(pathway).troubles == []

    def test_a_visit_taken_by_another_door_is_recognised(self, pathway, doctor, owner):
        visit = AppointmentFactory(reason=doctor.reason, patient=owner.patient, start_at=on_monday(9))
        assert "C’est cette étape" in doctor.client.get(page(pathway)).text
        tend_pathways()
        assert steps(pathway)[0].appointment == visit
        step = steps(pathway)[0]
        change(doctor.client, pathway, step, "detacher")
        tend_pathways()
        assert steps(pathway)[0].appointment is None

    def test_overdue_by_the_clock_alone(self, pathway, doctor):
        with time_machine.travel(on_monday(8) + timedelta(days=2), tick=False):
            assert states(pathway)[0] == StepState.DUE
        with time_machine.travel(on_monday(8) + timedelta(days=3), tick=False):
            plan = plan_of(pathway)
            assert plan.standings[0].state == StepState.OVERDUE
            assert plan.is_late
            tend_pathways()
            assert Task.objects.get().due_on == MONDAY + timedelta(days=3)

    def test_a_taken_time_is_a_sentence(self, pathway, doctor):
        AppointmentFactory(reason=doctor.reason, start_at=on_monday(9))
        step = steps(pathway)[0]
        url = reverse("book_pathway_step", args=[pathway.patient_id, pathway.pk, step.pk])
        for slot in (f"{doctor.reason.pk}.{int(on_monday(9).timestamp())}", "x", "1.99999999999999", ""):
            answer = doctor.client.post(url, {"slot": slot})
            assert answer.status_code == 409
            assert "Ce créneau vient d’être pris" in answer.text


class TestEnd:
    def test_everybody_but_those_of_another_pathway_leaves(self, pathway, doctor, teammate):
        other = CarePathwayFactory(patient=pathway.patient, lead=teammate.practitioner)
        CareTeamMember.objects.create(
            patient=pathway.patient, practitioner=teammate.practitioner, reason=Reason.PATHWAY
        )
        url = reverse("change_care_pathway", args=[pathway.patient_id, pathway.pk, "arreter"])
        refused = doctor.client.post(url, {"why": "other", "note": ""})
        assert refused.status_code == 422
        assert "Écrivez la raison" in refused.text
        assert doctor.client.post(url, {"why": "moved"}).status_code == 302
        pathway.refresh_from_db()
        assert (pathway.state, pathway.end_kind) == (PathwayState.REVOKED, PathwayEnd.MOVED_AWAY)
        rows = CareTeamMember.objects.filter(reason=Reason.PATHWAY).order_by("pk")
        assert [(row.practitioner, row.until) for row in rows] == [
            (doctor.practitioner, TODAY),
            (teammate.practitioner, None),
        ]
        assert other.is_active

    def test_somebody_who_died_is_on_the_worklist(self, pathway, doctor, desk):
        pathway.patient.deceased_on = TODAY
        pathway.patient.save(update_fields=["deceased_on"])
        assert "le patient est décédé" in desk.client.get(reverse("stalled_pathways")).text
        end_pathway(pathway, PathwayEnd.DECEASED, actor=desk)
        assert "décédé" not in desk.client.get(reverse("stalled_pathways")).text


class TestSteps:
    def test_a_step_is_passed_with_a_reason_unless_it_is_optional(self, pathway, doctor):
        first, _second, third = steps(pathway)
        refused = change(doctor.client, pathway, first, "passer", note="", answer="oui")
        assert refused.status_code == 422
        assert "Écrivez pourquoi" in refused.text
        assert (
            change(doctor.client, pathway, first, "passer", note="vu en ville", answer="oui").status_code
            == 302
        )
        assert change(doctor.client, pathway, third, "passer").status_code == 302
        assert states(pathway) == [StepState.SKIPPED, StepState.DUE, StepState.SKIPPED]

    def test_a_question_wants_its_answer(self, pathway, doctor):
        refused = change(doctor.client, pathway, steps(pathway)[0], "faite", note="marche mieux")
        assert refused.status_code == 422
        assert "la suite du parcours en dépend" in refused.text
        assert "marche mieux" in refused.text

    def test_entrusted_it_opens_the_record(self, pathway, doctor, teammate):
        assert teammate.client.get(page(pathway)).status_code == 404
        step = steps(pathway)[1]
        change(doctor.client, pathway, step, "confier", practitioner=teammate.practitioner.pk)
        assert teammate.client.get(page(pathway)).status_code == 200

    @pytest.mark.parametrize("do", ["faite", "passer", "garder", "confier", "rattacher", "detacher", "x"])
    def test_the_desk_decides_nothing(self, pathway, desk, do):
        assert change(desk.client, pathway, steps(pathway)[0], do).status_code == 404

    @pytest.mark.parametrize("value", ["", "\x00", "9" * 40, "x", "-1"])
    def test_hostile_keys_are_a_sentence(self, pathway, doctor, value):
        step = steps(pathway)[0]
        assert change(doctor.client, pathway, step, "rattacher", visit=value).status_code == 422
        assert change(doctor.client, pathway, step, "confier", practitioner=value).status_code == 422


class TestEyes:
    def test_the_desk_reads_who_and_when_not_what_for(self, pathway, desk):
        for url in (
            page(pathway),
            reverse("pathways"),
            reverse("patient_pathways", args=[pathway.patient_id]),
        ):
            text = desk.client.get(url).text
            assert "Parcours A" in text
            for word in ("Bilan de chute", "Exercices", "Faut-il"):
                assert word not in text
        assert "Troubles de l’équilibre" not in desk.client.get(page(pathway)).text

    def test_a_neighbour_sees_nothing(self, pathway, outsider, teammate):
        step = steps(pathway)[0]
        for client in (outsider.client, teammate.client):
            assert client.get(page(pathway)).status_code == 404
            assert change(client, pathway, step, "faite").status_code == 404
        for name in ("my_pathway", "refuse_my_pathway"):
            assert outsider.client.post(reverse(name, args=[pathway.pk])).status_code in (404, 405)
        assert outsider.client.get(reverse("my_pathway", args=[pathway.pk])).status_code == 404

    def test_as_many_queries_for_one_patient_as_for_thirty(self, pathway, desk, doctor):
        def count(url: str) -> int:
            with CaptureQueriesContext(connection) as queries:
                assert desk.client.get(url).status_code == 200
            return len(queries)

        pages = [reverse("pathways"), reverse("stalled_pathways")]
        before = [count(url) for url in pages * 2][2:]  # the first look learns the house
        for _ in range(29):
            CarePathwayFactory(version=pathway.version, lead=doctor.practitioner)
        assert [count(url) for url in pages] == before

    def test_numbers_by_template(self, pathway, desk, doctor):
        CarePathwayFactory(
            version=pathway.version,
            lead=doctor.practitioner,
            started_on=TODAY - timedelta(days=30),
            state=PathwayState.COMPLETED,
            end_kind=PathwayEnd.COMPLETED,
            ended_at=clock.now() - timedelta(days=10),
        )
        late = CarePathwayFactory(
            version=pathway.version, lead=doctor.practitioner, started_on=TODAY - timedelta(days=30)
        )
        context = desk.client.get(reverse("pathways")).context
        (numbers,) = context["numbers"]
        assert (numbers.running, numbers.late, numbers.stalled) == (2, 1, 1)
        assert (numbers.completed, numbers.dropped, numbers.median_days) == (1, 0, 20)
        page = desk.client.get(reverse("pathways"), {"etat": "late"}).context["page"]
        assert [one.pathway for one in page] == [late]
        for value in ("\x00", "x", "9" * 30):
            assert desk.client.get(reverse("pathways"), {"modele": value, "etat": value}).status_code == 200


class TestMySpace:
    def test_where_i_stand_and_what_comes_next(self, pathway, owner):
        text = owner.client.get(reverse("my_pathways")).text
        assert "Troubles de l’équilibre" in text
        text = owner.client.get(reverse("my_pathway", args=[pathway.pk])).text
        assert "Votre prochain rendez-vous" in text
        assert "Bouger" in text
        assert "Exercices à la maison" not in text
        assert text.count("<time datetime") > 0

    def test_booked_with_one_touch(self, pathway, owner, doctor):
        step = steps(pathway)[0]
        url = reverse("change_my_step", args=[pathway.pk, step.pk, "rendez-vous"])
        slot = f"{doctor.reason.pk}.{int(on_monday(8, 40).timestamp())}"
        answer = owner.client.post(url, {"slot": slot})
        visit = Appointment.objects.get(status=Status.BOOKED)
        assert answer.url == reverse("appointment", args=[visit.reference])
        assert steps(pathway)[0].appointment == visit
        assert (visit.patient, visit.booked_by, visit.start_at) == (
            owner.patient,
            owner.user,
            on_monday(8, 40),
        )
        assert owner.client.post(url, {"slot": slot}).status_code == 409

    def test_what_one_takes_away(self, pathway, owner):
        kept = everything(owner.user)["pathways"]
        assert [(row["pathway"], row["step"], row["step_state"]) for row in kept] == [
            (pathway.version.name, "Bilan de chute", "à faire"),
            (pathway.version.name, "Bouger", "plus tard"),
            (pathway.version.name, "RCP", "plus tard"),
        ]

    def test_a_step_that_is_not_wanted_waits_for_a_person(self, pathway, owner):
        step = steps(pathway)[0]
        owner.client.post(reverse("change_my_step", args=[pathway.pk, step.pk, "refuser"]))
        plan = plan_of(pathway)
        assert plan.troubles == [(plan.standings[0], Trouble.DECLINED)]
        assert plan.standings[0].state == StepState.DUE

    def test_stopped_by_the_patient_at_once(self, pathway, owner, doctor):
        owner.client.post(reverse("refuse_my_pathway", args=[pathway.pk]))
        pathway.refresh_from_db()
        assert pathway.end_kind == PathwayEnd.REFUSED
        assert not CareTeamMember.objects.filter(reason=Reason.PATHWAY).exists()

    def test_the_invitation_names_nothing_medical(self, pathway, doctor):
        step = steps(pathway)[0]
        change(doctor.client, pathway, step, "proposer")
        assert states(pathway)[0] == StepState.PROPOSED
        message = OutboxMessage.objects.get(kind="coordination.step_due")
        from core.outbox import registry

        written = registry.find(message.kind).render([message], {})
        said = f"{written.subject} {written.text} {written.html}".lower()
        for word in ("équilibre", "chute", "bilan", "parcours a", "médecin généraliste", "consultation"):
            assert word not in said
        assert reverse("my_pathway", args=[pathway.pk]) in said
        assert doctor.practitioner.display_name.lower() in said


def test_an_old_version_stays_for_who_follows_it(pathway, version):
    from coordination.actions.write_pathway import new_version, publish_pathway

    draft = new_version(version, actor=pathway.started_by)
    draft.steps.filter(position=3).delete()
    published = publish_pathway(draft, actor=pathway.started_by)
    version.refresh_from_db()
    assert (published.number, published.state, version.state) == (2, "active", "retired")
    assert len(plan_of(pathway).standings) == 3
