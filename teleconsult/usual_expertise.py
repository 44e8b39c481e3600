"""What télé-expertise starts with, as the law and the conventions say it; from then on these are rows (/gestion/).

An administrator changes them by adding a row from a day on: what was so before stays readable.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

SINCE = date(2026, 1, 1)
REQUESTERS = ("10", "50", "60", "70", "80", "91")
EXPERTS = ("10", "50")
# Both acts; what they were worth before is kept for those of then.
TARIFFS = (
    ("RQD", "10.00", date(2022, 4, 1)),
    ("TE2", "20.00", date(2022, 4, 1)),
    ("TE2", "23.00", SINCE),
)
MOST_PER_YEAR = 4
HOURS, WORKING, CALENDAR = "hours", "days", "calendar"
DELAYS = {
    "draft": {"urgent": (4, HOURS), "soon": (1, WORKING), "routine": (3, WORKING)},
    "answer": {"urgent": (24, HOURS), "soon": (3, WORKING), "routine": (7, CALENDAR)},
    "detail": {"urgent": (12, HOURS), "soon": (2, WORKING), "routine": (5, WORKING)},
    "read": {"urgent": (4, HOURS), "soon": (1, WORKING), "routine": (3, WORKING)},
    "book": {"urgent": (12, HOURS), "soon": (2, WORKING), "routine": (5, WORKING)},
    "decide": {"urgent": (4, HOURS), "soon": (1, WORKING), "routine": (3, WORKING)},
}
CONSENT = (
    "Votre demande, les informations utiles de votre dossier et, s’il y en a, les photographies sont envoyées à un "
    "médecin ou une sage-femme qui donne son avis à distance. Vous n’êtes pas présent. L’avis est gardé dans votre "
    "dossier. Vous pouvez dire non, maintenant ou plus tard : vos soins n’en souffrent pas."
)
PHOTOTYPES = (
    "I · brûle toujours, ne bronze jamais\nII · brûle facilement, bronze peu\n"
    "III · brûle parfois, bronze progressivement\nIV · brûle peu, bronze toujours\nV · peau mate\nVI · peau noire"
)
DERMATOLOGY = (
    ("Où, sur le corps", "", "text", "", True),
    ("Apparue depuis", "Une date, ou « depuis l’enfance ».", "text", "", True),
    (
        "Évolution récente",
        "",
        "choice",
        "aucune\nen quelques semaines\nen quelques mois\nne sait pas",
        True,
    ),
    ("Ce qui a changé", "Taille, couleur, bords, saignement, démangeaison.", "long", "", False),
    (
        "Phototype",
        "La peau au soleil.",
        "choice",
        PHOTOTYPES,
        True,
    ),
    (
        "Antécédents",
        "De la personne et de sa famille : cancers de la peau, coups de soleil.",
        "long",
        "",
        True,
    ),
    ("Traitements", "En cours, et ce qui a été essayé sur la peau.", "long", "", False),
)
CARDIOLOGY = (
    ("Symptômes et depuis quand", "", "long", "", True),
    ("Antécédents et facteurs de risque", "", "long", "", True),
    ("Traitements", "", "long", "", True),
    ("Tension et pouls", "", "text", "", False),
)
OTHER = (("Histoire", "", "long", "", True), ("Traitements", "", "long", "", False))
QUESTIONS = {"dermatology": DERMATOLOGY, "cardiology": CARDIOLOGY, "other": OTHER}


def enter(model: Callable[[str], Any]) -> None:
    """`model` answers the table by its name: as it is today, or as it was when the migration ran."""
    model("ExpertiseConsentText").objects.create(version=1, text=CONSENT, since=SINCE)
    right = model("ExpertiseRight")
    right.objects.bulk_create(
        right(side=side, role_code=code, since=SINCE)
        for side, codes in (("requester", REQUESTERS), ("expert", EXPERTS))
        for code in codes
    )
    tariff = model("ExpertiseTariff")
    tariff.objects.bulk_create(
        tariff(act=act, amount=Decimal(amount), most_per_year=MOST_PER_YEAR, since=since)
        for act, amount, since in TARIFFS
    )
    delay = model("ExpertiseDelay")
    delay.objects.bulk_create(
        delay(purpose=purpose, urgency=urgency, amount=amount, unit=unit, since=SINCE)
        for purpose, urgencies in DELAYS.items()
        for urgency, (amount, unit) in urgencies.items()
    )
    question = model("ContextQuestion")
    question.objects.bulk_create(
        question(
            speciality=speciality,
            position=10 * number,
            label=label,
            help=words,
            kind=kind,
            choices=choices,
            is_required=required,
            since=SINCE,
        )
        for speciality, rows in QUESTIONS.items()
        for number, (label, words, kind, choices, required) in enumerate(rows, 1)
    )
