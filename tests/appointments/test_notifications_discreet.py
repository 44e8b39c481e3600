"""Whatever the visit is for, nobody reads it in a message, in either language."""

from __future__ import annotations

from datetime import date, time, timedelta
from itertools import product

import pytest
from django.db.models import F
from django.utils import translation

from appointments import notifications
from appointments.models import Appointment, ReasonCategory, SlotOffer
from appointments.models.reason import PlaceKind
from core import clock
from core.outbox import registry
from core.outbox.models import OutboxMessage
from practitioners.models import Profession
from tests.appointments.notifications_story import TUESDAY, everything
from tests.factories.appointments import AppointmentFactory, VisitReasonFactory
from tests.factories.messages import OutboxMessageFactory
from tests.factories.practitioners import PlaceFactory, PractitionerFactory

pytestmark = pytest.mark.django_db

# profession, speciality, reason and category as in the house of the seeds
HOUSE = [
    (
        "médecin généraliste",
        "médecine du sport",
        "Consultation de suivi",
        "Consultation de médecine générale",
    ),
    ("infirmière diplômée d’État libérale", "plaies", "Pansement", "Soins infirmiers"),
    ("infirmière en pratique avancée", "diabète", "Bilan diabète", "Suivi de maladie chronique"),
    ("masseur-kinésithérapeute", "équilibre", "Rééducation", "Séance de kinésithérapie"),
    ("orthophoniste", "langage", "Bilan de langage", "Orthophonie"),
    ("sage-femme", "grossesse", "Suivi de grossesse", "Contraception"),
    ("pédicure-podologue", "pied diabétique", "Semelles", "Podologie"),
    ("diététicienne", "nutrition", "Rééquilibrage alimentaire", "Diététique"),
    ("psychologue", "troubles anxieux", "Premier entretien", "Psychologie"),
    ("chirurgien-dentiste", "implant", "Détartrage", "Soins dentaires"),
    ("orthoptiste", "basse vision", "Bilan visuel", "Orthoptie"),
    ("psychiatre", "addictologie", "Sevrage tabagique", "Consultation avancée de psychiatrie"),
    ("cardiologue", "rythmologie", "Électrocardiogramme", "Téléconsultation de cardiologie"),
    ("dermatologue", "tumeurs cutanées", "Vaccination", "Télé-expertise"),
    ("gynécologue", "chirurgie gynécologique", "Frottis", "Gynécologie"),
]
KINDS = [kind.name for kind in registry.all_kinds() if kind.name.startswith("appointments.")]
# A partner's session falls away: the room above writes to the same patient about the same visit.
KINDS += ["session.on_list", "session.to_call"]


def visits_of_the_house(patient) -> list[Appointment]:
    visits = []
    manners = [
        (False, PlaceKind.CENTRE),
        (True, PlaceKind.CENTRE),
        (False, PlaceKind.VIDEO),
        (False, PlaceKind.HOME),
    ]
    for number, ((name, speciality, reason, category), (sensitive, manner)) in enumerate(
        product(HOUSE, manners)
    ):
        profession, _ = Profession.objects.get_or_create(
            name=name, defaults={"plural_name": f"{name}s", "slug": f"profession-{number}"}
        )
        kind, _ = ReasonCategory.objects.get_or_create(
            name=category, defaults={"profession": profession, "slug": f"sorte-{number}"}
        )
        practitioner = PractitionerFactory(
            profession=profession, speciality=speciality, slug=f"{name}-{number}"[:50]
        )
        visits.append(
            AppointmentFactory(
                reason=VisitReasonFactory(
                    practitioner=practitioner,
                    name=reason,
                    category=kind,
                    is_sensitive=sensitive,
                    instructions="Venir à jeun",
                    what_to_bring="Ordonnance et radiographies",
                ),
                place=PlaceFactory(name=f"Cabinet : {name}"),
                place_kind=manner,
                patient=patient,
                start_at=clock.at(
                    date(2026, 12, 1 + number // 40), time(8 + (number % 40) // 4, number % 4 * 15)
                ),
                end_at=clock.at(
                    date(2026, 12, 1 + number // 40), time(8 + (number % 40) // 4, number % 4 * 15 + 10)
                ),
                blocked_until=clock.at(
                    date(2026, 12, 1 + number // 40), time(8 + (number % 40) // 4, number % 4 * 15 + 10)
                ),
                patient_message="J’ai mal au dos",
            )
        )
    return visits


OFFERS = (notifications.OFFERED, notifications.REPLACEMENT)


def offers_of(visits: list[Appointment]) -> dict[int, SlotOffer]:
    """Each visit offered in its own place: the message speaks of it like any other."""
    offers = SlotOffer.objects.bulk_create(
        [
            SlotOffer(
                replaces=visit,
                patient=visit.patient,
                held=visit,
                practitioner=visit.practitioner,
                reason=visit.reason,
                start_at=visit.start_at,
                end_at=visit.end_at,
                sent_at=TUESDAY - timedelta(days=8),
                expires_at=TUESDAY - timedelta(days=7),
            )
            for visit in visits
        ]
    )
    Appointment.objects.update(moving=F("pk"))
    return {offer.held_id: offer for offer in offers}


def message_about(visit: Appointment, kind: str, channel: str, owner, offers=None) -> OutboxMessage:
    subject = offers[visit.pk] if kind in OFFERS else visit
    return OutboxMessageFactory.build(
        pk=visit.pk,
        kind=kind,
        channel=channel,
        recipient=owner.user,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        payload={"sequence": 0, "previous_start": TUESDAY.isoformat(), "visits": [visit.pk]},
    )


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_message_says_what_a_visit_is_for(owner, language):
    visits = visits_of_the_house(owner.child)
    offers = offers_of(visits)
    words = {word.casefold() for line in HOUSE for word in line} | {"à jeun", "ordonnance", "mal au dos"}
    # The Profession rows hold plurals too.
    words |= {plural.casefold() for plural in Profession.objects.values_list("plural_name", flat=True)}
    found = []
    for kind_name, channel in product(KINDS, ["email", "sms"]):
        kind = registry.find(kind_name)
        messages = [message_about(visit, kind_name, channel, owner, offers) for visit in visits]
        loaded = kind.load(messages)
        for visit, message in zip(visits, messages, strict=True):
            with translation.override(language):
                text = everything(kind.render([message], loaded))
            found += [(kind_name, channel, word) for word in words if word in text]
            if visit.reason.is_sensitive:
                assert visit.practitioner.last_name.casefold() not in text
            elif channel == "email":
                assert visit.practitioner.display_name.casefold() in text
    assert found == []
