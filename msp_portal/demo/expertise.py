"""Opinions asked at a distance: two pools, requests in every state, one that nobody answered in time."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.apps import apps

from accounts.models import User
from coordination.models import Urgency
from core import clock
from msp_portal.demo.cast import Family
from patients.models import CareTeamMember, Patient
from practitioners.models import Centre, Practitioner
from teleconsult.actions.answer_expertise import count_acts, step_aside
from teleconsult.actions.convert_expertise import to_a_visit
from teleconsult.actions.expertise_step import begin, move_on
from teleconsult.actions.sweep_expertise import sweep_expertise
from teleconsult.actions.write_expertise import allow_reading, text_in_force
from teleconsult.expertise_context import questions_for
from teleconsult.models import (
    ContextAnswer,
    Conversion,
    ExpertiseAnswer,
    ExpertiseConsentText,
    ExpertiseLevel,
    ExpertiseRequest,
    ExpertiseState,
    ExpertPool,
    PoolMember,
    Speciality,
)
from teleconsult.usual_expertise import enter

S = ExpertiseState
POOLS = (
    ("Dermatologie", Speciality.DERMATOLOGY, "dermatologue@demo.example"),
    ("Cardiologie", Speciality.CARDIOLOGY, "cardiologue@demo.example"),
)
# The answers to the questions of dermatology, in their order.
BACK = (
    "dos, entre les omoplates, à droite",
    "printemps 2026",
    "en quelques mois",
    "A grandi, bord plus foncé en bas, ne saigne pas.",
    "II · brûle facilement, bronze peu",
    "Pas de cancer de la peau connu. Nombreux coups de soleil dans l’enfance.",
    "Aucun sur la peau.",
)
LEG = (
    "jambe gauche, face interne",
    "trois semaines",
    "en quelques semaines",
    "",
    "III · brûle parfois, bronze progressivement",
    "Insuffisance veineuse.",
    "Émollient, sans effet.",
)
CHEEK = (
    "joue droite",
    "un an",
    "aucune",
    "Rugueuse au toucher.",
    "II · brûle facilement, bronze peu",
    "Travail au jardin depuis toujours.",
    "Aucun.",
)
ENOUGH = 8  # patients of one doctor; a very small demonstration has fewer


def ask(family: Family, accounts: dict[str, User]) -> None:
    if not ExpertiseConsentText.objects.exists():  # `--reset` has emptied it
        enter(lambda name: apps.get_model("teleconsult", name))
    pools = _pools(accounts["secretariat@demo.example"])
    doctor, nurse = (
        Practitioner.objects.get(user__email=f"{name}@demo.example") for name in ("medecin", "infirmiere")
    )
    skin, heart = pools
    people = list(
        Patient.objects.standing()
        .filter(
            attending_doctor=doctor, deceased_on=None, birth_date__lt=clock.today() - timedelta(days=9000)
        )
        .exclude(pk__in=[family.mother.pk, family.father.pk])
        .order_by("pk")[:ENOUGH]
    )
    _cheek_of_the_owner(skin, family.mother, doctor)
    _of_the_nurse(skin, family.mother, nurse)
    if len(people) == ENOUGH:
        _of_the_doctor(skin, heart, people, doctor)
    sweep_expertise()


def _pools(secretary: User) -> list[ExpertPool]:
    centre = Centre.objects.order_by("pk")[0]
    since = clock.today() - timedelta(days=300)
    found = []
    for name, speciality, email in POOLS:
        pool = ExpertPool.objects.create(
            centre=centre, name=name, speciality=speciality, responsible=secretary, since=since
        )
        expert = Practitioner.objects.get(user__email=email)
        PoolMember.objects.create(pool=pool, practitioner=expert, since=since)
        found.append(pool)
    return found


def _cheek_of_the_owner(pool: ExpertPool, mother: Patient, doctor: Practitioner) -> None:
    """An older question, answered, read and shown to her."""
    first = _begun(pool, mother, doctor, _ago(40), "Petite tache de la joue : à traiter ?", CHEEK)
    _sent(first, _ago(40), urgency=Urgency.SOON)
    _claimed(first, _ago(39))
    _answer(
        first,
        _ago(38.5),
        "Kératose actinique : lésion due au soleil, sans gravité si elle est traitée.",
        "treat",
        "quarter",
        "Cryothérapie à l’azote, une séance. Crème solaire chaque jour. Revoir si elle s’épaissit ou saigne.",
    )
    first.shared_at = _ago(37)
    move_on(first, S.CLOSED, by=doctor.user, verb="read", at=_ago(37))


def _of_the_nurse(pool: ExpertPool, mother: Patient, nurse: Practitioner) -> None:
    """The story of the seed: a mole of the back that has changed, photographed and sent this morning, urgent.

    The first thing that the dermatologist sees. And one that she has begun.
    """
    if not CareTeamMember.objects.in_force().filter(patient=mother, practitioner=nurse).exists():
        return
    mole = _begun(
        pool,
        mother,
        nurse,
        _ago(0.15),
        "Lésion pigmentée du dos, qui a changé en trois mois : que faire ?",
        BACK,
    )
    _sent(mole, _ago(0.12), urgency=Urgency.URGENT)
    _begun(pool, mother, nurse, _ago(0.05), "Plaque rouge de la jambe : ", LEG[:2])


def _of_the_doctor(skin: ExpertPool, heart: ExpertPool, people: list[Patient], doctor: Practitioner) -> None:
    named = _begun(skin, people[0], doctor, _ago(2), "Taches des mains : faut-il les traiter ?", LEG)
    named.target, named.level = skin.members.get().practitioner, ExpertiseLevel.EXPERT
    _sent(named, _ago(1.5))
    held = _begun(skin, people[1], doctor, _ago(2), "Nævus de l’épaule qui démange : banal ?", BACK)
    _sent(held, _ago(1.9), urgency=Urgency.SOON)
    _claimed(held, _ago(0.5))
    asked = _begun(skin, people[2], doctor, _ago(3), "Éruption du visage : quel traitement ?", LEG)
    _sent(asked, _ago(2.5))
    _claimed(asked, _ago(2))
    move_on(
        asked, S.ASKED, by=_user(asked), verb="asked", note="Depuis quand, et quels produits ?", at=_ago(0.3)
    )
    to_read = _begun(skin, people[3], doctor, _ago(3), "Lésion du cuir chevelu : à surveiller ?", BACK)
    _sent(to_read, _ago(2.8))
    _claimed(to_read, _ago(1))
    _answer(to_read, _ago(0.2), "Kératose séborrhéique, bénigne.", "nothing", "none", "Revoir si saigne.")
    declined = _begun(heart, people[4], doctor, _ago(2), "Souffle découvert : échographie utile ?", ())
    _sent(declined, _ago(1))
    away = _expert(heart)
    assert away.user is not None
    step_aside(declined, away, "En congé jusqu’à la fin du mois.", actor=away.user)
    visit = _begun(heart, people[5], doctor, _ago(4), "Palpitations à l’effort : quel bilan ?", ())
    _sent(visit, _ago(3))
    _claimed(visit, _ago(1))
    to_a_visit(visit, Conversion.VIDEO, by=_user(visit), verb="converted", note="À voir en vidéo.")
    taken_back = _begun(skin, people[6], doctor, _ago(15), "Ongle noir : traumatique ?", LEG)
    _sent(taken_back, _ago(14))
    move_on(taken_back, S.WITHDRAWN, by=doctor.user, verb="withdrawn", note="Guéri.", at=_ago(13))
    # Nobody took it in seven days: the sweep makes a visit of it.
    overdue = _begun(skin, people[7], doctor, _ago(9), "Tache du mollet apparue cet été : banale ?", BACK)
    _sent(overdue, _ago(8))


def _begun(
    pool: ExpertPool,
    patient: Patient,
    requester: Practitioner,
    at: datetime,
    question: str,
    said: tuple[str, ...],
) -> ExpertiseRequest:
    assert requester.user is not None
    request = ExpertiseRequest(
        patient=patient,
        requester=requester,
        written_by=requester.user,
        pool=pool,
        speciality=pool.speciality,
        question=question,
        created_at=at,
        saved_at=at,
        state_since=at,
    )
    begin(request, by=requester.user)
    ContextAnswer.objects.bulk_create(
        ContextAnswer(request=request, question=one, text=text)
        for one, text in zip(questions_for(request), said, strict=False)
        if text
    )
    return request


def _sent(request: ExpertiseRequest, at: datetime, urgency: str = Urgency.ROUTINE) -> None:
    request.urgency, request.consent_means, request.consent_on = urgency, "oral", clock.local(at).date()
    request.consent_by, request.consent_text = request.written_by, text_in_force()
    move_on(request, S.SENT, by=request.written_by, verb="sent", at=at)
    if request.target is not None:
        allow_reading(request, request.target, actor=request.written_by)


def _claimed(request: ExpertiseRequest, at: datetime) -> None:
    assert request.pool is not None
    request.holder = _expert(request.pool)
    move_on(request, S.CLAIMED, by=_user(request), verb="claimed", at=at)
    allow_reading(request, request.holder, actor=request.written_by)


def _answer(
    request: ExpertiseRequest, at: datetime, conclusion: str, action: str, within: str, details: str
) -> None:
    assert request.holder is not None
    ExpertiseAnswer.objects.create(
        request=request,
        author=request.holder,
        written_by=_user(request),
        written_at=at,
        conclusion=conclusion,
        action=action,
        within=within,
        details=details,
    )
    request.answered_at = at
    move_on(request, S.ANSWERED, by=_user(request), verb="answered", at=at)
    count_acts(request, request.holder, clock.local(at).date())


def _expert(pool: ExpertPool) -> Practitioner:
    return pool.members.select_related("practitioner__user").order_by("pk")[0].practitioner


def _user(request: ExpertiseRequest) -> User:
    assert request.holder is not None
    assert request.holder.user is not None
    return request.holder.user


def _ago(days: float) -> datetime:
    return clock.now() - timedelta(days=days)
