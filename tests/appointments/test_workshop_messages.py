"""Who, when, where, link: no message says which workshop it is, whatever its subject."""

from datetime import timedelta
from itertools import product

import pytest
import time_machine
from django.core import mail
from django.utils import translation

from appointments.actions.cancel_session import cancel_session
from appointments.actions.enrol import enrol
from appointments.actions.leave_workshop import leave_workshop
from appointments.models import Enrolment, EnrolmentState, SessionState, WorkshopKind
from appointments.models.workshop import WhoMayEnrol
from core.outbox import registry
from core.outbox.delivery import deliver
from core.outbox.models import OutboxMessage, State
from patients.models import NoticePreference
from tests.appointments.notifications_story import everything, spaced
from tests.cast import on_monday
from tests.factories.appointments import (
    EnrolmentFactory,
    WorkshopCycleFactory,
    WorkshopFactory,
    WorkshopSessionFactory,
)
from tests.factories.messages import OutboxMessageFactory
from tests.factories.practitioners import PlaceFactory

pytestmark = pytest.mark.django_db

KINDS = [kind.name for kind in registry.all_kinds() if kind.name.startswith("workshops.")]
FRIDAY = on_monday(18) + timedelta(days=4)
# title, description, contact
SUBJECTS = [
    ("Vivre avec le diabète", "Mesurer sa glycémie", "Infirmière Asalée"),
    ("Bien dormir", "Insomnie et apnée du sommeil", "Psychologue"),
    ("Équilibre et prévention des chutes", "Rééducation", "Kinésithérapeute"),
    ("Arrêter de fumer", "Sevrage tabagique", "Addictologie"),
]


@pytest.fixture
def cycle(doctor):
    workshop = WorkshopFactory(title="Vivre avec le diabète", animators=[doctor.practitioner], seats=1)
    cycle = WorkshopCycleFactory(workshop=workshop, start_at=FRIDAY)
    WorkshopSessionFactory(cycle=cycle, start_at=FRIDAY + timedelta(days=14))
    return cycle


def test_every_kind_is_looked_at():
    assert KINDS == [
        "workshops.cancelled",
        "workshops.enrolled",
        "workshops.left",
        "workshops.left_by_house",
        "workshops.moved",
        "workshops.reminder",
        "workshops.seated",
        "workshops.waiting",
    ]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_message_says_what_the_workshop_is_about(owner, doctor, language):
    words = {word.casefold() for line in SUBJECTS for word in line}
    words |= {str(kind.label).casefold() for kind in WorkshopKind} | {"diabète", "sommeil", "chutes", "fumer"}
    words |= {"vandamme", "médecin", "éducation", "prévention"}
    found = []
    for (title, description, contact), sensitive in product(SUBJECTS, (False, True)):
        workshop = WorkshopFactory(
            title=title,
            description=description,
            contact=contact,
            is_sensitive=sensitive,
            who=WhoMayEnrol.INVITED,
            place=PlaceFactory(name=f"Salle : {title}"),
            animators=[doctor.practitioner],
        )
        cycle = WorkshopCycleFactory(workshop=workshop, start_at=FRIDAY)
        last = WorkshopSessionFactory(cycle=cycle, start_at=FRIDAY + timedelta(days=7))
        row = EnrolmentFactory(cycle=cycle, patient=owner.child)
        for name, channel in product(KINDS, ["email", "sms"]):
            kind = registry.find(name)
            message = OutboxMessageFactory.build(
                pk=row.pk,
                kind=name,
                channel=channel,
                recipient=owner.user,
                subject_type="appointments.enrolment",
                subject_id=row.pk,
                payload={
                    "sequence": 0,
                    "session": last.pk,
                    "session_sequence": 0,
                    "previous_start": FRIDAY.isoformat(),
                },
            )
            with translation.override(language):
                text = everything(kind.render([message], kind.load([message])))
            found += [(name, channel, word) for word in words if word in text]
            assert "lou" in text
            assert "/ateliers/" in text
    assert found == []


def test_the_confirmation_in_full(owner, cycle, settings):
    settings.PUBLIC_URL = "https://portail.example.org"
    row = enrol(cycle, owner.child, actor=owner.user)
    deliver()
    (sent,) = mail.outbox
    assert spaced(sent.subject) == "Inscription confirmée : atelier du vendredi 27 novembre à 18 h"
    assert spaced(sent.body) == (
        "Bonjour,\n\n"
        "C’est noté : votre place est réservée.\n\n"
        "Vendredi 27 novembre 2026, de 18 h à 20 h\n"
        "pour Lou\n"
        "4 rue des Tilleuls, 62840 Laventie\n"
        f"Référence : {row.reference}\n\n"
        "Puis :\n"
        "- vendredi 11 décembre, de 18 h à 20 h\n\n"
        "Pour l’ajouter à votre agenda, ouvrez le fichier joint.\n\n"
        "Voir ou se désinscrire :\n"
        f"https://portail.example.org/ateliers/place/{row.reference}/\n\n"
        "--\n"
        "Maison de santé des Tilleuls\n"
        "4 rue des Tilleuls, 62840 Laventie\n"
    )
    (part,) = [part for part in sent.message().walk() if part.get_content_type() == "text/calendar"]
    assert part.get_content().count("BEGIN:VEVENT") == 2


def test_an_sms_is_short(owner, outsider, cycle):
    NoticePreference.objects.create(user=outsider.user, by_sms=True, by_email=False)
    outsider.user.phone = "+33612345678"
    outsider.user.save()
    enrol(cycle, owner.patient, actor=owner.user)
    row = enrol(cycle, outsider.patient, actor=outsider.user, wait=True)
    deliver("sms")
    assert OutboxMessage.objects.get(kind="workshops.waiting").sent_body == (
        "Maison de santé des Tilleuls : votre nom est sur la liste d'attente de l'atelier du vendredi 27 novembre"
        f" à 18 h. Suivre ou renoncer : http://127.0.0.1:8000/ateliers/place/{row.reference}/"
    )


def test_what_became_pointless_never_leaves(owner, outsider, doctor, cycle):
    """Written, then overtaken before it left."""
    mine = enrol(cycle, owner.patient, actor=owner.user)
    waiting = enrol(cycle, outsider.patient, actor=outsider.user, wait=True)
    Enrolment.objects.filter(pk=mine.pk).update(
        state=EnrolmentState.CANCELLED, cancelled_at=FRIDAY, sequence=1
    )
    Enrolment.objects.filter(pk=waiting.pk).update(state=EnrolmentState.ENROLLED, queue=None, sequence=1)
    deliver()
    assert mail.outbox == []
    assert set(OutboxMessage.objects.exclude(kind="workshops.reminder").values_list("state", flat=True)) == {
        State.STALE
    }


def test_a_seat_that_comes_in_the_night_is_told_in_the_morning(owner, outsider, cycle):
    mine = enrol(cycle, owner.patient, actor=owner.user)
    enrol(cycle, outsider.patient, actor=outsider.user, wait=True)
    with time_machine.travel(on_monday(23), tick=False):
        leave_workshop(mine, actor=owner.user)
    told = {
        row.kind: row.due_at
        for row in OutboxMessage.objects.filter(kind__in=["workshops.left", "workshops.seated"])
    }
    assert told == {
        "workshops.left": on_monday(23),
        "workshops.seated": on_monday(8) + timedelta(days=1),
    }


def test_the_reminder_of_a_date_called_off_is_withdrawn_and_the_other_stays(owner, doctor, cycle):
    enrol(cycle, owner.patient, actor=owner.user)
    first, last = cycle.sessions.order_by("start_at")
    cancel_session(first, actor=doctor.user)
    left = OutboxMessage.objects.filter(kind="workshops.reminder", state=State.DUE)
    assert [row.payload["session"] for row in left] == [last.pk]
    with time_machine.travel(last.start_at - timedelta(days=2) + timedelta(minutes=1), tick=False):
        deliver()
    reminder = next(one for one in mail.outbox if one.subject.startswith("Rappel"))
    assert spaced(reminder.subject) == "Rappel : atelier du vendredi 11 décembre à 18 h"
    assert reminder.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    first.refresh_from_db()
    assert first.state == SessionState.CANCELLED


def test_the_last_look_costs_the_same_for_one_and_for_many(owner, cycle, django_assert_num_queries):
    kind = registry.find("workshops.enrolled")
    for number in (1, 5):
        for _ in range(number):
            WorkshopCycleFactory(workshop=cycle.workshop, start_at=FRIDAY + timedelta(days=number))
        messages = []
        for one in type(cycle).objects.all():
            row = Enrolment.objects.filter(cycle=one).first() or EnrolmentFactory(
                cycle=one, patient=owner.patient
            )
            session = one.sessions.first()
            messages.append(
                OutboxMessageFactory.build(
                    pk=row.pk,
                    kind=kind.name,
                    recipient=owner.user,
                    subject_id=row.pk,
                    payload={"sequence": 0, "session": session.pk, "session_sequence": 0},
                )
            )
        with django_assert_num_queries(3):
            assert len(kind.addresses(messages)) == len(messages)
        with django_assert_num_queries(4):
            kind.load(messages)
