"""What is asked of the partners: a dozen letters, sent, asked about, accepted, refused, sent on; one without a name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from accounts.models import User
from coordination.models import Urgency
from core import clock
from msp_portal.demo.cast import Family
from partnerships.actions.intake_links import make_intake_link
from partnerships.actions.request_care import open_to_carers
from partnerships.actions.request_step import begin, move_on
from partnerships.actions.write_letter_template import Question, write_letter_template
from partnerships.models import (
    AdvancedConsultation,
    ConsultationRequest,
    IntakeLink,
    LetterAnswer,
    PartnerKind,
    RequestDelay,
    RequestIdentity,
    RequestOrigin,
    RequestSender,
    RequestState,
    SectionKind,
)
from partnerships.request_letter import current_template
from patients.models import Patient
from patients.models.patient import Sex
from patients.models.pseudonym import Channel
from practitioners.models import Practitioner

S = RequestState
TEXT, FLAG, FILE = SectionKind.TEXT, SectionKind.FLAG, SectionKind.FILE
LETTERS: dict[str, list[Question]] = {
    PartnerKind.EPSM: [
        Question(FLAG, "Idées suicidaires ou mise en danger", "Si oui, appelez aussi le CMP."),
        Question(FLAG, "Symptômes psychotiques récents"),
        Question(TEXT, "Histoire des troubles"),
        Question(TEXT, "Traitements essayés", is_required=False),
        Question(FILE, "Dernier courrier de psychiatrie", is_required=False),
    ],
    PartnerKind.HOSPITAL: [
        Question(FLAG, "Saignements abondants"),
        Question(FLAG, "Suspicion de cancer"),
        Question(TEXT, "Antécédents gynécologiques et opératoires"),
        Question(FILE, "Dernière échographie"),
    ],
    PartnerKind.CSAPA: [
        Question(FLAG, "Grossesse en cours"),
        Question(TEXT, "Consommation actuelle, tentatives d’arrêt"),
    ],
}
# What the house begins with, in hours where it is urgent and in working days otherwise.
DELAYS = {
    S.DRAFT: (4, 1, 3),
    S.RECEIVED: (4, 2, 5),
    S.ASKED: (24, 3, 7),
    S.ACCEPTED: (48, 5, 20),
    S.INVITED: (24, 2, 5),
    S.BOOKED: (24, 2, 3),
}
ENOUGH = 8  # patients of one doctor after those of the referrals; a very small demonstration has fewer


def ask_partners(family: Family, accounts: dict[str, User]) -> None:
    coordinator = accounts["coordination@demo.example"]
    _configure()
    programmes: dict[str, AdvancedConsultation] = {}
    for one in AdvancedConsultation.objects.select_related("partner", "triage_by").order_by("pk"):
        write_letter_template(one, LETTERS.get(one.partner.kind, []), actor=coordinator)
        programmes.setdefault(one.partner.kind, one)
    doctor = Practitioner.objects.get(user__email="medecin@demo.example")
    known = (
        Patient.objects.standing()
        .filter(attending_doctor=doctor, birth_date__lt=clock.today() - timedelta(days=25 * 365))
        .exclude(pk__in=[family.mother.pk, family.father.pk])
        .order_by("-pk")
    )
    women = list(known.filter(sex=Sex.FEMALE)[:3])
    people = [*known.exclude(pk__in=[one.pk for one in women])[: ENOUGH - 3], *women]
    if len(people) == ENOUGH:
        for programme in programmes.values():
            _letters(programme, people, doctor, coordinator)
    if (stop := programmes.get(PartnerKind.CSAPA)) is not None:
        _by_the_patients(stop, family, accounts)
    if (surgery := programmes.get(PartnerKind.HOSPITAL)) is not None:
        _from_outside(surgery, coordinator)


def _configure() -> None:
    """`--reset` has emptied it."""
    since = clock.today() - timedelta(days=300)
    for state, amounts in DELAYS.items():
        for urgency, amount in zip((Urgency.URGENT, Urgency.SOON, Urgency.ROUTINE), amounts, strict=True):
            unit = "hours" if urgency == Urgency.URGENT else "days"
            if not RequestDelay.objects.filter(programme=None, state=state, urgency=urgency).exists():
                RequestDelay.objects.create(
                    state=state, urgency=urgency, amount=amount, unit=unit, since=since
                )


def _letters(
    programme: AdvancedConsultation, people: list[Patient], doctor: Practitioner, coordinator: User
) -> None:
    kind = programme.partner.kind
    if kind == PartnerKind.EPSM:
        red = _sent(programme, people[0], doctor, 1.2, "Avis rapide : ne dort plus.", urgency=Urgency.URGENT)
        _say(red, "Épisode dépressif depuis septembre, arrêt de travail.", red=True)
        asked = _sent(programme, people[1], doctor, 6, "Avis sur le traitement.")
        move_on(asked, S.ASKED, by=coordinator, verb="asked", note="Depuis quand ?", at=_ago(4))
        first = _sent(programme, people[2], doctor, 12, "Prise en charge d’un trouble anxieux.")
        _say(first, "Attaques de panique depuis un an, thérapie commencée.")
        first.priority = 1
        move_on(first, S.ACCEPTED, by=coordinator, verb="accepted", at=_ago(10))
        refused = _sent(programme, people[3], doctor, 20, "Bilan de mémoire.")
        note = "Les bilans de mémoire se font au centre d’Hazebrouck : adressez-y la personne."
        move_on(refused, S.REFUSED, by=coordinator, verb="refused", note=note, at=_ago(18))
    elif kind == PartnerKind.HOSPITAL:
        _sent(programme, people[5], doctor, 3, "Avis avant une opération.", urgency=Urgency.SOON)
        waits = _sent(programme, people[6], doctor, 25, "Fibrome, avis opératoire.")
        _say(waits, "Deux grossesses, une césarienne.")
        waits.priority = 3
        move_on(waits, S.ACCEPTED, by=coordinator, verb="accepted", at=_ago(22))
        gone = _sent(programme, people[7], doctor, 15, "Contrôle après opération.")
        move_on(gone, S.WITHDRAWN, by=doctor.user, verb="withdrawn", note="Vue ailleurs.", at=_ago(9))
    else:
        draft = _new(programme, people[3], doctor, 0.4, "Aide à l’arrêt du tabac.")
        begin(draft, by=doctor.user, verb="written")
        waits = _sent(programme, people[4], doctor, 8, "Arrêt du tabac avant une opération.")
        _say(waits, "Un paquet par jour, deux tentatives.")
        waits.priority = 2
        move_on(waits, S.ACCEPTED, by=coordinator, verb="accepted", at=_ago(7))


def _by_the_patients(programme: AdvancedConsultation, family: Family, accounts: dict[str, User]) -> None:
    """The mother asks in her space; somebody else gives no name."""
    own = ConsultationRequest(
        programme=programme,
        patient=family.mother,
        origin=RequestOrigin.SELF,
        written_by=accounts["patiente@demo.example"],
        question="J’aimerais arrêter de fumer avant l’été.",
        **_received(2, means="online"),
    )
    begin(own, by=own.written_by, verb="sent")
    open_to_carers(own, actor=own.written_by)
    nameless = ConsultationRequest(
        programme=programme,
        origin=RequestOrigin.SELF,
        question="Je voudrais parler de ma consommation sans que ça se sache.",
        **_received(1, means="online"),
    )
    begin(nameless, by=None, verb="sent")
    RequestIdentity.objects.create(
        request=nameless, alias="Camille B.", birth_year=1991, channel=Channel.SMS, phone="+33639980199"
    )


def _from_outside(programme: AdvancedConsultation, coordinator: User) -> None:
    """A doctor of the next village writes by his link; nobody has said yet who the person is."""
    if not programme.takes_outside_referrals:
        return
    link = make_intake_link(
        IntakeLink(programme=programme, name="Dr Sophie Lemaire, Merville"), actor=coordinator
    )
    request = ConsultationRequest(
        programme=programme,
        origin=RequestOrigin.OUTSIDE,
        template=current_template(programme.pk),
        question="Avis opératoire : douleurs depuis trois mois malgré le traitement.",
        urgency=Urgency.SOON,
        **_received(1.5),
    )
    begin(request, by=None, verb="sent")
    _say(request, "Une grossesse, pas d’opération.", red=True)
    RequestSender.objects.create(
        request=request, link=link, name="Dr Sophie Lemaire", email="s.lemaire@cabinet.example"
    )
    RequestIdentity.objects.create(
        request=request,
        birth_name="Delattre",
        birth_first_names="Hélène",
        birth_date=clock.today().replace(year=clock.today().year - 47, day=12),
        sex=Sex.FEMALE,
        phone="+33639980155",
    )


def _received(days: float, *, means: str = "oral") -> dict[str, Any]:
    at = _ago(days)
    return {
        "state": S.RECEIVED,
        "state_since": at,
        "created_at": at,
        "received_at": at,
        "consent_means": means,
        "consent_on": clock.local(at).date(),
    }


def _new(
    programme: AdvancedConsultation, patient: Patient, doctor: Practitioner, days: float, question: str
) -> ConsultationRequest:
    return ConsultationRequest(
        programme=programme,
        patient=patient,
        origin=RequestOrigin.HOUSE,
        requester=doctor,
        requester_profession=doctor.profession,
        written_by=doctor.user,
        template=current_template(programme.pk),
        question=question,
        created_at=_ago(days),
        state_since=_ago(days),
    )


def _sent(
    programme: AdvancedConsultation,
    patient: Patient,
    doctor: Practitioner,
    days: float,
    question: str,
    *,
    urgency: Urgency = Urgency.ROUTINE,
) -> ConsultationRequest:
    request = _new(programme, patient, doctor, days, question)
    request.urgency = urgency
    request.consent_means, request.consent_on = "oral", clock.local(_ago(days)).date()
    begin(request, by=doctor.user, verb="written")
    move_on(request, S.RECEIVED, by=doctor.user, verb="sent", at=_ago(days))
    open_to_carers(request, actor=doctor.user)
    return request


def _say(request: ConsultationRequest, words: str, *, red: bool = False) -> None:
    """Under every question of the letter; the files are left out, as often happens."""
    assert request.template is not None
    sections = list(request.template.sections.all())
    first = next((one for one in sections if one.kind == FLAG), None)
    LetterAnswer.objects.bulk_create(
        LetterAnswer(
            request=request,
            section=one,
            text=words if one.kind == TEXT else "",
            is_yes=(red and one == first) if one.kind == FLAG else None,
        )
        for one in sections
        if one.kind != FILE
    )


def _ago(days: float) -> Any:
    return clock.now() - timedelta(days=days)
