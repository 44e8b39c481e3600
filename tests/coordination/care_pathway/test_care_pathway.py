"""A pathway is started, its steps are passed, answered or entrusted, and it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from coordination.actions.end_pathway import end_pathway
from coordination.actions.start_pathway import AlreadyRunning, refuse_pathway, start_pathway
from coordination.models import CarePathway, InformedBy, PathwayEnd, PathwayState
from coordination.pathway_board import plan_of
from coordination.pathway_plan import StepState
from coordination.views import pathway_steps
from core.audit.models import AuditEvent
from patients.models import CareTeamMember
from patients.models.care_team import Reason
from tests.coordination.care_pathway.conftest import TODAY, change, page, states, steps
from tests.factories.pathways import CarePathwayFactory


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


def test_an_old_version_stays_for_who_follows_it(pathway, version):
    from coordination.actions.write_pathway import new_version, publish_pathway

    draft = new_version(version, actor=pathway.started_by)
    draft.steps.filter(position=3).delete()
    published = publish_pathway(draft, actor=pathway.started_by)
    version.refresh_from_db()
    assert (published.number, published.state, version.state) == (2, "active", "retired")
    assert len(plan_of(pathway).standings) == 3


def test_whatever_is_done_with_a_step_is_said():
    assert set(pathway_steps.SAID) == {*pathway_steps.CLINICAL, *pathway_steps.ADMINISTRATIVE}
