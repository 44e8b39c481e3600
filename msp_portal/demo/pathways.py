"""What the team has agreed on, and some patients on the way: one goes on, one stopped coming, some have arrived."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from accounts.models import User
from appointments.actions.set_cap import set_cap
from appointments.models import Period, ReasonCategory, VisitReason
from coordination.actions import write_pathway
from coordination.actions.end_pathway import end_pathway
from coordination.actions.start_pathway import start_pathway
from coordination.models import (
    CarePathway,
    InformedBy,
    PathwayEnd,
    PathwayVersion,
    StepKind,
    TemplateStep,
)
from coordination.models.pathway_template import DelayUnit
from core import clock
from msp_portal.demo.elder import elder
from msp_portal.demo.house import House
from patients.models import Patient
from practitioners.models import Practitioner, Profession

VISIT, SERIES, REVIEW = StepKind.APPOINTMENT, StepKind.SERIES, StepKind.REVIEW
DOCUMENT, INFORMATION, MEETING = StepKind.DOCUMENT, StepKind.INFORMATION, StepKind.MEETING
GENERAL = "consultation-de-medecine-generale"

type Spec = tuple[StepKind, str, dict[str, Any]]

BALANCE: tuple[Spec, ...] = (
    (
        VISIT,
        "Bilan de chute",
        {
            "category": GENERAL,
            "delays": (0, 7, 14),
            "question": "Une rééducation est-elle utile ?",
            "answers": ["oui", "non"],
            "patient_words": "Voir le médecin",
        },
    ),
    (
        SERIES,
        "Dix séances, équilibre et marche",
        {
            "after": 1,
            "category": "equilibre",
            "sessions": 10,
            "only_if": "oui",
            "delays": (2, 7, 21),
            "patient_words": "Dix séances pour retrouver l’équilibre",
        },
    ),
    (
        INFORMATION,
        "Tapis, lumière, chaussures : la maison sans danger",
        {"after": 1, "profession": "infirmier", "delays": (0, 14, 30), "is_optional": True},
    ),
    (
        REVIEW,
        "Bilan après les séances",
        {
            "after": 2,
            "category": GENERAL,
            "delays": (0, 7, 14),
            "question": "L’équilibre est-il meilleur ?",
            "answers": ["oui", "un peu", "non"],
            "patient_words": "Revoir le médecin",
        },
    ),
)
DIABETES: tuple[Spec, ...] = (
    (VISIT, "Point avec le médecin", {"category": GENERAL, "delays": (0, 7, 21)}),
    (
        VISIT,
        "Suivi par l’infirmière en pratique avancée",
        {
            "after": 1,
            "category": "suivi-maladie-chronique",
            "delays": (2, 4, 8),
            "delay_unit": DelayUnit.WEEKS,
        },
    ),
    (
        VISIT,
        "Bilan diététique",
        {"after": 1, "category": "bilan-dietetique", "delays": (1, 3, 8), "delay_unit": DelayUnit.WEEKS},
    ),
    (
        VISIT,
        "Examen des pieds",
        {
            "after": 1,
            "category": "soin-de-pedicurie",
            "delays": (1, 4, 12),
            "delay_unit": DelayUnit.WEEKS,
            "is_optional": True,
        },
    ),
    (
        REVIEW,
        "Bilan des trois mois",
        {"after": 2, "category": GENERAL, "delays": (8, 10, 14), "delay_unit": DelayUnit.WEEKS},
    ),
)
HOSPITAL: tuple[Spec, ...] = (
    (
        DOCUMENT,
        "Compte rendu d’hospitalisation",
        {
            "delays": (0, 2, 5),
            "delay_unit": DelayUnit.WORKING_DAYS,
            "patient_words": "Nous recevons la lettre de l’hôpital",
        },
    ),
    (VISIT, "Consultation de retour", {"category": GENERAL, "delays": (1, 5, 7)}),
    (VISIT, "Soins et traitement à la maison", {"category": "soins-a-domicile", "delays": (0, 2, 7)}),
    (MEETING, "Réunion d’équipe, si le retour est difficile", {"after": 2, "is_optional": True}),
)
PARENTS: tuple[Spec, ...] = (
    (VISIT, "Visite avec la sage-femme", {"category": "suivi-de-grossesse", "delays": (0, 7, 14)}),
    (VISIT, "Premier rendez-vous de l’enfant", {"category": "suivi-de-l-enfant", "delays": (0, 10, 28)}),
    (INFORMATION, "Sommeil, pleurs, à qui parler", {"after": 1, "profession": "infirmier"}),
)
MODELS: tuple[tuple[str, str, str, tuple[Spec, ...]], ...] = (
    ("Troubles de l’équilibre", "Parcours A", "Marcher sans peur de tomber, et rester chez soi.", BALANCE),
    ("Diabète de type 2, première année", "Parcours B", "Comprendre, manger, bouger, être suivi.", DIABETES),
    ("Retour d’hospitalisation", "Parcours C", "Rentrer chez soi sans rien oublier.", HOSPITAL),
    ("Jeunes parents", "Parcours D", "Les premières semaines avec un bébé, entourés.", PARENTS),
)


def write(house: House, accounts: dict[str, User]) -> dict[str, PathwayVersion]:
    """The four models, published by the coordinator, and one that he is still writing."""
    coordinator = accounts["coordination@demo.example"]
    categories = {one.slug: one for one in ReasonCategory.objects.all()}
    professions = {one.slug: one for one in Profession.objects.all()}
    found = {}
    for name, neutral, purpose, specs in MODELS:
        fields = {
            "name": name,
            "neutral_name": neutral,
            "purpose": purpose,
            "exit_reasons": ["objectif atteint avant la fin", "suivi à l’hôpital"],
        }
        version = write_pathway.create_pathway_template(house.centre, fields, [], actor=coordinator)
        steps = [_step(n, spec, categories, professions) for n, spec in enumerate(specs, start=1)]
        write_pathway.save_draft(version, {}, [], steps, actor=coordinator)
        found[neutral] = write_pathway.publish_pathway(version, actor=coordinator)
    write_pathway.new_version(found["Parcours B"], actor=coordinator)
    return found


def _step(
    position: int, spec: Spec, categories: dict[str, ReasonCategory], professions: dict[str, Profession]
) -> TemplateStep:
    kind, title, fields = spec
    fields = dict(fields)
    low, ideal, high = fields.pop("delays", (0, 7, 14))
    if slug := fields.pop("category", None):
        fields["category"] = categories[slug]
    if slug := fields.pop("profession", None):
        fields["profession"] = professions[slug]
    return TemplateStep(
        position=position,
        kind=kind,
        title=title,
        delay_min=low,
        delay_ideal=ideal,
        delay_max=high,
        **fields,
    )


def follow(
    versions: dict[str, PathwayVersion], neighbour: Patient, everybody: Sequence[Patient], house: House
) -> None:
    """The old man goes on; the neighbour stopped coming; of others some are late, some have arrived, one left."""
    today = clock.today()
    story = elder()
    balance, diabetes = versions["Parcours A"], versions["Parcours B"]
    old = _start(story.patient, balance, story.doctor, today - timedelta(days=12), {2: story.physiotherapist})
    _done(old, 1, today - timedelta(days=9), answer="oui", by=story.doctor.user)
    doctor = house.member("medecin2@demo.example").row
    stopped = _start(neighbour, diabetes, doctor, today - timedelta(days=95), {})
    _done(stopped, 1, today - timedelta(days=85), by=doctor.user)
    attended = [one for one in everybody if one.attending_doctor_id == story.doctor.pk]
    adults = [one for one in attended if one.age_on(today) > 45 and not one.deceased_on][:7]
    plans = zip(
        adults,
        (balance, diabetes, versions["Parcours C"], balance, diabetes, versions["Parcours C"], balance),
        (3, 20, 2, 70, 130, 40, 90),
        strict=False,
    )
    for number, (patient, version, ago) in enumerate(plans):
        pathway = _start(patient, version, story.doctor, today - timedelta(days=ago), {})
        if number > 2:
            _finish(pathway, today, number, story.doctor)


def _start(
    patient: Patient,
    version: PathwayVersion,
    lead: Practitioner,
    day: date,
    chosen: dict[int, Practitioner],
) -> CarePathway:
    assert lead.user is not None
    return start_pathway(
        patient,
        version,
        lead,
        actor=lead.user,
        informed_by=InformedBy.ORAL,
        started_on=day,
        chosen=chosen,
    )


def _done(pathway: CarePathway, position: int, day: date, *, by: User | None, answer: str = "") -> None:
    pathway.steps.filter(source__position=position).update(done_on=day, done_by=by, answer=answer)


def _finish(pathway: CarePathway, today: date, number: int, lead: Practitioner) -> None:
    """Two to the end, the others not."""
    ended = today - timedelta(days=6 + number)
    if number < 5:
        for position in range(1, pathway.steps.count() + 1):
            _done(pathway, position, ended, by=lead.user, answer="oui")
        end_pathway(pathway, PathwayEnd.COMPLETED, actor=None)
    elif number == 5:
        end_pathway(pathway, PathwayEnd.LOST, actor=lead.user)
    else:
        end_pathway(pathway, PathwayEnd.TEMPLATE, actor=lead.user, note="suivi à l’hôpital")
    CarePathway.objects.filter(pk=pathway.pk).update(ended_at=clock.day_bounds(ended)[0])


def allow(house: House, accounts: dict[str, User]) -> None:
    """What the law lets be booked without a doctor's diagnosis, and Mon soutien psy."""
    first = clock.today().replace(month=1, day=1)
    for programme, most, period, source, email, name, minutes in (
        (
            "Accès direct au kinésithérapeute",
            8,
            Period.EPISODE,
            "Loi n° 2023-379 du 19 mai 2023, article 3",
            "kine@demo.example",
            "Séance en accès direct, sans ordonnance",
            30,
        ),
        (
            "Mon soutien psy",
            12,
            Period.YEAR,
            "Code de la sécurité sociale, article L162-58",
            "psychologue@demo.example",
            "Séance « Mon soutien psy »",
            45,
        ),
    ):
        cap = set_cap(
            house.centre,
            programme,
            most=most,
            period=period,
            since=first,
            until=None,
            may_be_exceeded=False,
            source=source,
            actor=accounts["admin@demo.example"],
        )
        member = house.member(email)
        model = member.reasons[-1][0] if period == Period.YEAR else member.reasons[1][0]
        VisitReason.objects.create(
            practitioner=member.row,
            category=model.category,
            name=name,
            duration_minutes=minutes,
            grid_minutes=30,
            buffer_minutes=model.buffer_minutes,
            is_sensitive=model.is_sensitive,
            programme=cap.programme,
            what_to_bring="Carte Vitale.",
            position=200,
        )
