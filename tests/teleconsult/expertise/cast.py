"""A doctor of the house who asks, two dermatologists at a distance who answer, and the question between them."""

from __future__ import annotations

from dataclasses import dataclass

from coordination.models import Urgency
from core import clock
from core.outbox.models import OutboxMessage
from patients.models import Patient
from patients.models.consent import Means
from practitioners.models import Practitioner
from teleconsult.actions.answer_expertise import Opinion, answer_expertise, claim_expertise
from teleconsult.actions.write_expertise import Addressee, Words, begin_expertise, keep_draft, send_expertise
from teleconsult.expertise_context import questions_for
from teleconsult.models import ExpertiseRequest, ExpertiseState, ExpertPool
from tests.cast import Doctor, make_doctor
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.patients import PatientFactory
from tests.factories.teleconsult_expertise import ExpertPoolFactory, make_expert, usual_expertise

S = ExpertiseState

OPINION = Opinion("Nævus banal.", "watch", "half-year", "Photo dans six mois.")


@dataclass
class Scene:
    """A doctor of the house, her patient, two dermatologists at a distance, the secretary who books."""

    doctor: Doctor
    patient: Patient
    pool: ExpertPool
    first: Practitioner
    second: Practitioner

    def drafted(self, target: Practitioner | None = None, urgency: str = Urgency.ROUTINE) -> ExpertiseRequest:
        to = Addressee(self.pool, target)
        user = self.doctor.user
        request = begin_expertise(self.patient, self.doctor.practitioner, to, facts="", actor=user)
        context = {one.pk: one.options[0] if one.options else "dos" for one in questions_for(request)}
        words = Words("À retirer ?", "", urgency, context, Means.ORAL, clock.today())
        return keep_draft(request, words, actor=user)

    def sent(self, target: Practitioner | None = None, urgency: str = Urgency.ROUTINE) -> ExpertiseRequest:
        return send_expertise(self.drafted(target, urgency), actor=self.doctor.user)

    def answered(self) -> ExpertiseRequest:
        request = claim_expertise(self.sent(), self.first, actor=self.first.user)
        answer_expertise(request, self.first, OPINION, actor=self.first.user)
        request.refresh_from_db()
        return request


def the_scene() -> Scene:
    usual_expertise()
    doctor = make_doctor("Vandamme")
    patient = PatientFactory(birth_name="Delbecque", attending_doctor=doctor.practitioner)
    pool = ExpertPoolFactory(responsible=RoleAssignmentFactory(role="secretary").user)
    return Scene(doctor, patient, pool, make_expert("Amrani", pool), make_expert("Leroy", pool))


def told(request: ExpertiseRequest) -> list[tuple[str, str]]:
    rows = OutboxMessage.objects.filter(kind="expertise.staff", subject_id=request.pk).order_by("pk")
    return [(row.payload["verb"], row.recipient.last_name) for row in rows.select_related("recipient")]
