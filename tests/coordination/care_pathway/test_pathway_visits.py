"""The visits of a pathway: booked from its steps, moved, missed, taken by another door; the other dates follow."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from appointments.actions.cancel import cancel
from appointments.actions.change_state import Step, change_state
from appointments.models import Appointment, Status
from coordination.actions.change_step import finish_step
from coordination.actions.tend_pathways import tend_pathways
from coordination.models import PathwayEnd, PathwayState, Task
from coordination.pathway_board import plan_of
from coordination.pathway_plan import StepState, Trouble
from core.formats import french
from patients.models import CareTeamMember
from patients.models.care_team import Reason
from tests.cast import MONDAY, on_monday
from tests.coordination.care_pathway.conftest import TODAY, book_first, change, page, states, steps
from tests.factories.appointments import AppointmentFactory


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
        assert "L’étape repart" in desk.client.get(change(desk.client, pathway, step, "relancer").url).text
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
