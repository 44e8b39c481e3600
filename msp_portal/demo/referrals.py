"""Referrals in every state; the old man with balance trouble is in the middle of his ten sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User
from appointments.actions.invite import invite
from appointments.models import VisitReason
from coordination.actions.answer_referral import INVITED_FOR
from coordination.actions.referral_step import move_on, note_event
from coordination.models import (
    DelayPurpose,
    Proposal,
    Referral,
    ReferralDelay,
    ReferralMeasure,
    ReferralReport,
    ReferralState,
    ReferralTemplate,
    TargetKind,
    Urgency,
)
from core import clock
from msp_portal.demo.cast import Family
from msp_portal.demo.elder import elder
from msp_portal.demo.together import ten_sessions
from msp_portal.demo.visits import Diary
from patients.models import CareTeamMember, Patient
from patients.models.care_team import Reason
from practitioners.models import Practitioner, Profession

S = ReferralState
ENOUGH = 8  # patients of one doctor; a very small demonstration has fewer

# Hours where it is urgent, working days where it is for soon, and otherwise.
DELAYS = {
    DelayPurpose.DRAFT: (4, 1, 2),
    DelayPurpose.ANSWER: (4, 1, 3),
    DelayPurpose.DETAIL: (4, 1, 3),
    DelayPurpose.BOOK: (24, 3, 7),
    DelayPurpose.REPORT: (72, 5, 7),
    DelayPurpose.READ: (48, 5, 7),
    DelayPurpose.REFUSAL: (4, 1, 3),
}
TEMPLATES = (
    (
        "masseur-kinesitherapeute",
        "Rééducation, troubles de l’équilibre",
        10,
        "Chutes : \nAides à la marche : ",
    ),
    ("masseur-kinesitherapeute", "Lombalgie commune", 10, "Depuis : \nDrapeaux rouges : aucun."),
    ("masseur-kinesitherapeute", "Suites d’entorse de cheville", 8, ""),
    ("infirmier", "Pansements à domicile", 6, "Plaie : \nProtocole : "),
    ("infirmier", "Surveillance de la tension artérielle", 4, ""),
    ("orthophoniste", "Bilan et rééducation du langage oral", 30, "Plainte des parents : \nAudition : "),
    ("dieteticien", "Accompagnement d’un diabète de type 2", 5, "HbA1c : "),
    ("psychologue", "Soutien psychologique", 8, ""),
)


@dataclass(frozen=True)
class Step:
    state: ReferralState
    verb: str
    days: float
    by: Practitioner
    note: str = ""


def refer(diary: Diary, family: Family, accounts: dict[str, User]) -> None:
    _configure()
    _balance_trouble(diary, accounts["secretariat@demo.example"])
    doctor, physio = _of("medecin"), _of("kine")
    people = list(
        Patient.objects.standing()
        .filter(attending_doctor=doctor, birth_date__lt=clock.today() - timedelta(days=25 * 365))
        .exclude(pk__in=[family.mother.pk, family.father.pk])
        .order_by("pk")[:ENOUGH]
    )
    if len(people) == ENOUGH:
        _physiotherapist(people, doctor, physio, family)
        _others(people, doctor)


def _configure() -> None:
    """What the house begins with; `--reset` has emptied it."""
    since = clock.today() - timedelta(days=300)
    for purpose, amounts in DELAYS.items():
        for urgency, amount in zip((Urgency.URGENT, Urgency.SOON, Urgency.ROUTINE), amounts, strict=True):
            unit = "hours" if urgency == Urgency.URGENT else "days"
            if not ReferralDelay.objects.filter(purpose=purpose, urgency=urgency).exists():
                ReferralDelay.objects.create(
                    purpose=purpose, urgency=urgency, amount=amount, unit=unit, since=since
                )
    professions = {one.slug: one for one in Profession.objects.all()}
    for position, (slug, subject, sessions, context) in enumerate(TEMPLATES):
        if slug in professions:
            ReferralTemplate.objects.get_or_create(
                profession=professions[slug],
                subject=subject,
                defaults={"sessions": sessions, "context": context, "position": position},
            )


def _balance_trouble(diary: Diary, secretary: User) -> None:
    """Sent by the doctor, taken by the physiotherapist, booked, half done."""
    he = elder()
    series = ten_sessions(diary, he.patient, secretary)
    referral = _sent(
        he.patient,
        he.doctor,
        "Rééducation, troubles de l’équilibre",
        27,
        target=he.physiotherapist,
        context="Trois chutes depuis l’été, sans perte de connaissance. Vit seul, escalier raide. TUG à 19 s."
        "\nTraitement stable. Objectif : marcher seul jusqu’à la boulangerie.",
        sessions=10,
    )
    _go(referral, Step(S.ASKED, "asked", 26.5, he.physiotherapist, "A-t-il une canne ? Voit-il bien ?"))
    _go(referral, Step(S.SENT, "answered", 26, he.doctor, "Canne refusée. Opéré de la cataracte en 2024."))
    _go(referral, Step(S.ACCEPTED, "accepted", 25, he.physiotherapist), holder=he.physiotherapist)
    _go(referral, Step(S.SCHEDULED, "scheduled", 24, he.physiotherapist), series=series)
    _go(referral, Step(S.UNDER_WAY, "begun", 20, he.physiotherapist))


def _physiotherapist(
    people: list[Patient], doctor: Practitioner, physio: Practitioner, family: Family
) -> None:
    second = _of("medecin2")
    _sent(
        people[0],
        doctor,
        "Lombalgie aiguë, travail impossible",
        0.1,
        target=physio,
        sessions=6,
        urgency="urgent",
    )
    _sent(people[1], doctor, "Épaule gelée", 1, target=physio, sessions=15, context="Diabète équilibré.")
    asked = _sent(people[2], second, "Rééducation du genou", 3, target=physio, sessions=20, urgency="soon")
    _go(asked, Step(S.ASKED, "asked", 2, physio, "Quelle date d’opération, quel appui permis ?"))
    _invited(family.mother, doctor, physio)
    read = _sent(people[3], doctor, "Suites d’entorse de cheville", 60, target=physio, sessions=8)
    _go(read, Step(S.ACCEPTED, "accepted", 58, physio), holder=physio)
    _report(read, physio, 2)
    refused = _sent(people[4], second, "Kinésithérapie respiratoire", 2, target=physio, sessions=10)
    _go(
        refused,
        Step(S.REFUSED, "refused", 1, physio, "Je ne pratique pas la respiratoire : voyez ma collègue."),
    )
    forgotten = _sent(people[5], second, "Cervicalgie", 20, target=physio, sessions=10)
    Referral.objects.filter(pk=forgotten.pk).update(escalated_at=clock.now() - timedelta(days=4))
    forgotten.timers.running().update(fired_at=clock.now() - timedelta(days=4))


def _invited(patient: Patient, doctor: Practitioner, physio: Practitioner) -> None:
    """She may choose her times from « Mes orientations »."""
    referral = _sent(patient, doctor, "Rééducation du poignet", 4, target=physio, sessions=6)
    _go(referral, Step(S.ACCEPTED, "accepted", 3, physio), holder=physio)
    reason = VisitReason.objects.filter(practitioner=physio, name="Séance de rééducation").first()
    if reason is not None:
        referral.invitation = invite(
            patient,
            reason,
            6,
            prescriber=doctor.display_name,
            valid_for=INVITED_FOR,
            actor=physio.user,
        )
        referral.save(update_fields=["invitation"])


def _others(people: list[Patient], doctor: Practitioner) -> None:
    nurse, speech = _of("infirmiere"), _of("orthophoniste")
    _sent(people[6], doctor, "Pansements après chirurgie", 0.2, profession=nurse.profession, urgency="soon")
    watched = _sent(people[0], doctor, "Surveillance de la tension", 6, target=nurse, sessions=4)
    _go(watched, Step(S.ACCEPTED, "accepted", 5, nurse), holder=nurse)
    _sent(people[7], doctor, "Bilan de déglutition", 1, target=speech, expected="opinion")
    closed = _sent(people[1], doctor, "Bilan de la voix", 90, target=speech, sessions=12)
    _go(closed, Step(S.ACCEPTED, "accepted", 88, speech), holder=speech)
    _report(closed, speech, 20)
    _go(closed, Step(S.CLOSED, "read", 18, doctor))
    draft = _letter(people[2], doctor, "Équilibre alimentaire", 0.3, target=nurse)
    note_event(draft, "", by=doctor.user, verb="written", at=draft.created_at)


def _letter(patient: Patient, requester: Practitioner, subject: str, days: float, **fields: Any) -> Referral:
    kind = TargetKind.PRACTITIONER if "target" in fields else TargetKind.PROFESSION
    return Referral.objects.create(
        patient=patient,
        requester=requester,
        target_kind=kind,
        subject=subject,
        created_at=clock.now() - timedelta(days=days, minutes=5),
        **fields,
    )


def _sent(patient: Patient, requester: Practitioner, subject: str, days: float, **fields: Any) -> Referral:
    referral = _letter(patient, requester, subject, days, **fields)
    note_event(referral, "", by=requester.user, verb="written", at=referral.created_at)
    _go(referral, Step(S.SENT, "sent", days, requester))
    for one in (requester, fields.get("target")):
        if one is not None:
            CareTeamMember.objects.get_or_create(
                patient=patient,
                practitioner=one,
                reason=Reason.REFERRAL,
                until=None,
                defaults={"since": clock.today() - timedelta(days=int(days))},
            )
    return referral


def _go(referral: Referral, step: Step, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(referral, name, value)
    at = clock.now() - timedelta(days=step.days)
    move_on(referral, step.state, by=step.by.user, verb=step.verb, note=step.note, at=at)


def _report(referral: Referral, author: Practitioner, days: float) -> None:
    report = ReferralReport.objects.create(
        referral=referral,
        author=author,
        done="Travail de la mobilité, puis du renforcement et de la reprise de la marche.",
        proposal=Proposal.STOP,
        advice="Poursuivre les exercices à la maison, dix minutes par jour.",
        written_at=clock.now() - timedelta(days=days),
    )
    ReferralMeasure.objects.create(
        report=report, name="Douleur (EVA)", unit="/10", before=Decimal(6), after=Decimal(1)
    )
    _go(referral, Step(S.COMPLETED, "reported", days, author))


def _of(name: str) -> Practitioner:
    return Practitioner.objects.select_related("user", "profession").get(user__email=f"{name}@demo.example")
