"""Who looks where a pathway stops: the desk, the coordinator with her numbers, the patient in his own space."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appointments.export import everything
from appointments.models import Appointment, Status
from coordination.models import PathwayEnd, PathwayState
from coordination.pathway_board import plan_of
from coordination.pathway_plan import StepState, Trouble
from core import clock
from core.outbox.models import OutboxMessage
from patients.actions.break_glass import break_glass
from patients.models import CareTeamMember
from patients.models.care_team import Reason
from tests.cast import on_monday
from tests.coordination.care_pathway.conftest import TODAY, change, page, states, steps
from tests.coordination.meeting_cast import make_outsider
from tests.factories.pathways import CarePathwayFactory, PathwayVersionFactory


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

    def test_who_broke_the_glass_reads_and_is_offered_nothing_to_change(self, pathway, doctor):
        stranger = make_outsider("Urgence")
        break_glass(
            pathway.patient, stranger.practitioner, justification="Malaise en salle", actor=stranger.user
        )
        own, his = (client.get(page(pathway)).text for client in (doctor.client, stranger.client))
        assert ("Bilan de chute" in own, "Bilan de chute" in his) == (True, True)
        assert ('data-testid="end-pathway"' in own, 'data-testid="end-pathway"' in his) == (True, False)
        assert ("/etapes/" in own, "/etapes/" in his) == (True, False)
        offered = reverse("patient_pathways", args=[pathway.patient_id])
        PathwayVersionFactory()
        assert [
            "Commencer un parcours" in client.get(offered).text for client in (doctor.client, stranger.client)
        ] == [True, False]

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
