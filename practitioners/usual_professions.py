"""The professions that a centre usually has, ready to be taken over; it changes and adds its own as rows."""

from __future__ import annotations

from typing import NamedTuple


class UsualProfession(NamedTuple):
    slug: str
    name: str
    plural: str
    role_code: str = ""
    is_doctor: bool = False
    attending: bool = False
    other_category: bool = False
    feminine: str = ""


# Codes: TRE_G15-ProfessionSante. A psychologist is no health professional in its sense.
PROFESSIONS = (
    UsualProfession("medecin-generaliste", "médecin généraliste", "médecins généralistes", "10", True, True),
    UsualProfession("infirmier", "infirmier", "infirmiers", "60", feminine="infirmière"),
    UsualProfession(
        "infirmier-en-pratique-avancee",
        "infirmier en pratique avancée",
        "infirmiers en pratique avancée",
        "60",
        feminine="infirmière en pratique avancée",
    ),
    UsualProfession(
        "masseur-kinesitherapeute",
        "masseur-kinésithérapeute",
        "masseurs-kinésithérapeutes",
        "70",
        feminine="masseuse-kinésithérapeute",
    ),
    UsualProfession("orthophoniste", "orthophoniste", "orthophonistes", "91"),
    UsualProfession("sage-femme", "sage-femme", "sages-femmes", "50"),
    UsualProfession("pedicure-podologue", "pédicure-podologue", "pédicures-podologues", "80"),
    UsualProfession("dieteticien", "diététicien", "diététiciens", "95", feminine="diététicienne"),
    UsualProfession("psychologue", "psychologue", "psychologues", "93", other_category=True),
    UsualProfession("pharmacien", "pharmacien", "pharmaciens", "21", feminine="pharmacienne"),
    UsualProfession("psychiatre", "psychiatre", "psychiatres", "10", True),
    UsualProfession("cardiologue", "cardiologue", "cardiologues", "10", True),
    UsualProfession("dermatologue", "dermatologue", "dermatologues", "10", True),
    UsualProfession(
        "gynecologue",
        "chirurgien gynécologue",
        "chirurgiens gynécologues",
        "10",
        True,
        feminine="chirurgienne gynécologue",
    ),
    UsualProfession("tabacologue", "tabacologue", "tabacologues", "60"),
)
