"""The team meets every second Tuesday: seven past meetings with minutes, those to come, and the two registers."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from accounts.models import User
from appointments.models import VisitReason
from coordination.actions.agenda import add_item
from coordination.actions.close_meeting import freeze_meeting, validate_sheet
from coordination.actions.cooperate import delegate_to, save_cooperation, suspend
from coordination.actions.invite import answer_invitation
from coordination.actions.plan_meeting import Plan, plan_meetings
from coordination.actions.write_protocol import (
    adopt_version,
    propose_version,
    save_protocol,
    sign_version,
    withdraw_version,
)
from coordination.models import (
    Answer,
    CooperationProtocol,
    DecisionSheet,
    ItemState,
    MeetingItem,
    MeetingMember,
    MeetingState,
    MinutesKind,
    Presence,
    Protocol,
    TeamMeeting,
)
from core import clock
from msp_portal.demo.elder import elder
from msp_portal.demo.house import House
from patients.models import Patient
from practitioners.models import Practitioner

HELD = 7
QUESTIONS = (
    (
        "Retour à domicile après une chute : quelles aides ?",
        "Passage infirmier chaque matin, kinésithérapie.",
    ),
    (
        "Plaie qui ne guérit pas depuis six semaines.",
        "Pansement revu, avis de l’IPA, photo dans deux semaines.",
    ),
    (
        "Diabète déséquilibré, repas sautés.",
        "Bilan diététique, éducation thérapeutique, contrôle à trois mois.",
    ),
    ("Épuisement de l’aidante.", "Contact avec le CLIC, relais une après-midi par semaine."),
    ("Douleur chronique et arrêt qui se prolonge.", "Programme d’exercices, entretien avec la psychologue."),
)
TEAM = ("medecin", "medecin2", "kine", "infirmiere", "orthophoniste", "psychologue")


def meet(centre: House, accounts: dict[str, User]) -> None:
    team = [centre.member(f"{name}@demo.example").row for name in TEAM]
    _past(centre, accounts, team)
    _coming(centre, accounts, team)
    _protocols(centre, accounts, team)
    _cooperation(centre, accounts)


def _tuesday(weeks: int) -> datetime:
    today = clock.today()
    tuesday = today + timedelta(days=(1 - today.weekday()) % 7, weeks=weeks)
    if weeks >= 0 and tuesday <= today:
        tuesday += timedelta(days=7)
    return clock.at(tuesday, time(12, 30))


def _past(centre: House, accounts: dict[str, User], team: list[Practitioner]) -> None:
    patients = list(Patient.objects.filter(attending_doctor=team[0]).order_by("pk")[: HELD * 2])
    for number in range(HELD):
        start = _tuesday(-2 * (HELD - number) - 1)
        here = patients[number * 2 : number * 2 + 2]
        hold_meeting(centre, accounts, team, start, number, here, with_tasks=number == HELD - 1)


def hold_meeting(
    centre: House,
    accounts: dict[str, User],
    team: list[Practitioner],
    start: datetime,
    number: int,
    patients: list[Patient],
    *,
    with_tasks: bool = False,
) -> None:
    """One that is over: who came, what was decided for each patient, its minutes."""
    doctor = accounts["medecin@demo.example"]
    meeting = _held(centre, team, start, number)
    for position, patient in enumerate(patients, start=1):
        question, decision = QUESTIONS[(number + position) % len(QUESTIONS)]
        item = MeetingItem.objects.create(
            meeting=meeting,
            patient=patient,
            question=question,
            position=position,
            proposed_by=doctor,
            proposed_at=start - timedelta(days=6),
            state=ItemState.DISCUSSED,
        )
        plan = []
        if with_tasks:
            due = (clock.today() + timedelta(days=4 * position - 6)).isoformat()
            owner = accounts["infirmiere@demo.example"].pk
            plan = [{"title": "Rappeler la famille", "owner": str(owner), "due_on": due}]
        sheet = DecisionSheet.objects.create(item=item, decision=decision, plan=plan, edited_by=doctor)
        validate_sheet(sheet, actor=doctor, number=position)
    meeting.state, meeting.closed_by = MeetingState.CLOSED, doctor
    meeting.closed_at = start + timedelta(hours=1)
    meeting.save(update_fields=["state", "closed_at", "closed_by"])
    freeze_meeting(meeting, MinutesKind.WHOLE)
    freeze_meeting(meeting, MinutesKind.ANONYMOUS)


def _held(centre: House, team: list[Practitioner], start: datetime, number: int) -> TeamMeeting:
    place = team[0].places.order_by("pk")[0]
    meeting = TeamMeeting.objects.create(
        centre=team[0].centre,
        title="RCP de la maison de santé",
        start_at=start,
        end_at=start + timedelta(hours=1),
        place=place,
        chair=team[0],
        state=MeetingState.OPEN,
        opened_at=start,
        notes="Vaccination antigrippale : l’affiche est dans la salle d’attente.",
    )
    for rank, person in enumerate(team):
        absent = rank and (rank + number) % 5 == 0
        MeetingMember.objects.create(
            meeting=meeting,
            practitioner=person,
            is_required=rank == 0,
            answer=Answer.NO if absent else Answer.YES,
            presence=Presence.EXCUSED if absent else Presence.PRESENT,
        )
    return meeting


def _coming(centre: House, accounts: dict[str, User], team: list[Practitioner]) -> None:
    doctor = accounts["medecin@demo.example"]
    visitor = centre.member("psychiatre@demo.example").row
    starts = [_tuesday(weeks) for weeks in (0, 2, 4)]
    plan = Plan(
        centre=team[0].centre,
        kind="rcp",
        title="RCP de la maison de santé",
        place=team[0].places.order_by("pk")[0],
        room=None,
        chair=team[0],
        required=[team[2]],
        others=[*team[1:2], *team[3:], visitor],
        every_n_weeks=2,
    )
    meeting = plan_meetings(plan, [(one, one + timedelta(hours=1)) for one in starts], actor=doctor)[0]
    answers = {"medecin": Answer.YES, "infirmiere": Answer.YES, "psychologue": Answer.REMOTE}
    for seat in meeting.members.select_related("practitioner__user"):
        name = str(seat.practitioner.user.email).split("@")[0] if seat.practitioner.user else ""
        if name in answers:
            answer_invitation(seat, answers[name], actor=doctor)
    told = elder()
    add_item(
        accounts["kine@demo.example"],
        kind="rcp",
        question="Troubles de l’équilibre, deux chutes en un mois : rester seul chez lui, avec quelles aides ?",
        patient=told.patient,
        wanted=[told.nurse, told.doctor],
        documents="Bilan de kinésithérapie, mesures TUG et Tinetti.",
        minutes=15,
    )
    other = Patient.objects.filter(attending_doctor=team[0]).exclude(pk=told.patient.pk).order_by("-pk")[0]
    add_item(doctor, kind="rcp", question=QUESTIONS[3][0], patient=other)
    add_item(doctor, kind="rcp", question="Planning des vaccinations de l’hiver", minutes=10)


def _protocols(centre: House, accounts: dict[str, User], team: list[Practitioner]) -> None:
    """One in each state, and one whose review is near."""
    doctor = accounts["medecin@demo.example"]
    wanted = (
        ("Plaies chroniques", "Soins", "adopted", 300),
        ("Prévention des chutes", "Personne âgée", "adopted", 20),
        ("Suivi du diabète de type 2", "Maladie chronique", "signing", 365),
        ("Anticoagulants : surveillance partagée", "Médicament", "draft", 365),
        ("Enfant et surpoids", "Prévention", "withdrawn", 200),
        ("Lombalgie aiguë : accès direct au kinésithérapeute", "Douleur", "replaced", 340),
    )
    for title, theme, state, days in wanted:
        protocol = Protocol(centre=team[0].centre, title=title, theme=theme, owner=team[0])
        for turn in range(2 if state == "replaced" else 1):
            version = save_protocol(
                protocol,
                actor=doctor,
                professions=list({one.profession_id: one.profession for one in team[:4]}.values()),
                content=f"Pour qui : les patients de la maison concernés par « {title.lower()} ».\n\n"
                "Qui fait quoi : le médecin pose l’indication, l’infirmière et le kinésithérapeute suivent et notent"
                " leurs mesures dans le dossier partagé.\n\nQuand alerter : dès qu’une mesure se dégrade.",
                review_on=clock.today() + timedelta(days=days + turn),
            )
            if state == "draft":
                continue
            version = propose_version(version, actor=doctor)
            for person in team[: 2 if state == "signing" else 4]:
                if version.signatures.filter(practitioner=person).exists():
                    sign_version(version, person, actor=doctor)
            if state != "signing":
                version = adopt_version(version, actor=doctor)
            if state == "withdrawn":
                withdraw_version(version, actor=doctor, why="Remplacé par le protocole du territoire")


def _cooperation(centre: House, accounts: dict[str, User]) -> None:
    """Photographs of the skin by the nurse, tied to a reason of hers; another that is suspended."""
    doctor = centre.member("medecin@demo.example").row
    nurse = centre.member("infirmiere@demo.example").row
    actor, today = accounts["coordination@demo.example"], clock.today()
    pattern = VisitReason.objects.filter(practitioner=nurse).order_by("position", "pk")[0]
    reason = VisitReason.objects.create(
        practitioner=nurse,
        category=pattern.category,
        name="Photo d’une lésion de peau (protocole)",
        duration_minutes=20,
        position=90,
    )
    photos = CooperationProtocol(
        centre=doctor.centre,
        title="Photographie de lésions cutanées par l’infirmière",
        reference="Arrêté du 1er mars 2021 (exemple)",
        acts="Photographier la lésion, remplir la fiche, demander l’avis du dermatologue.",
        start_on=today - timedelta(days=200),
    )
    questions = [
        ("Avez-vous 18 ans ou plus ?", False),
        ("Avez-vous cette tache ou ce bouton depuis moins d’un an ?", False),
        ("Avez-vous de la fièvre, ou la peau est-elle très rouge autour ?", True),
    ]
    save_cooperation(photos, actor=actor, doctors=[doctor], reasons=[reason], criteria=questions)
    delegate_to(
        photos,
        nurse,
        actor=actor,
        trained_on=today - timedelta(days=210),
        training="Attestation de formation, 14 heures",
        since=today - timedelta(days=200),
        valid_until=today + timedelta(days=500),
    )
    asalee = CooperationProtocol(
        centre=doctor.centre,
        title="Suivi de patients à risque par l’infirmière (type Asalée)",
        level="local",
        reference="Déclaration ARS n° 59-2024-118 (exemple)",
        acts="Prescrire et lire l’hémoglobine glyquée, examiner les pieds, mesurer la pression artérielle.",
        keeping="answers",
        start_on=today - timedelta(days=400),
    )
    criteria = [("Êtes-vous suivi pour un diabète ?", False), ("Êtes-vous enceinte ?", True)]
    save_cooperation(asalee, actor=actor, doctors=[doctor], reasons=[], criteria=criteria)
    suspend(asalee, actor=actor, why="En attente d’une nouvelle formation")
