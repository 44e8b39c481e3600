"""Professions and the common names of visits, as patients look for them."""

from __future__ import annotations

from typing import NamedTuple


class ProfessionRow(NamedTuple):
    slug: str
    name: str
    plural: str
    role_code: str = ""
    is_doctor: bool = False
    attending: bool = False
    other_category: bool = False


# Codes: TRE_G15-ProfessionSante. A psychologist is no health professional in its sense.
PROFESSIONS = (
    ProfessionRow("medecin-generaliste", "médecin généraliste", "médecins généralistes", "10", True, True),
    ProfessionRow("infirmier", "infirmier", "infirmiers", "60"),
    ProfessionRow(
        "infirmier-en-pratique-avancee",
        "infirmier en pratique avancée",
        "infirmiers en pratique avancée",
        "60",
    ),
    ProfessionRow("masseur-kinesitherapeute", "masseur-kinésithérapeute", "masseurs-kinésithérapeutes", "70"),
    ProfessionRow("orthophoniste", "orthophoniste", "orthophonistes", "91"),
    ProfessionRow("sage-femme", "sage-femme", "sages-femmes", "50"),
    ProfessionRow("pedicure-podologue", "pédicure-podologue", "pédicures-podologues", "80"),
    ProfessionRow("dieteticien", "diététicien", "diététiciens", "95"),
    ProfessionRow("psychologue", "psychologue", "psychologues", "93", other_category=True),
    ProfessionRow("pharmacien", "pharmacien", "pharmaciens", "21"),
    ProfessionRow("psychiatre", "psychiatre", "psychiatres", "10", True),
    ProfessionRow("cardiologue", "cardiologue", "cardiologues", "10", True),
    ProfessionRow("dermatologue", "dermatologue", "dermatologues", "10", True),
    ProfessionRow("gynecologue", "chirurgien gynécologue", "chirurgiens gynécologues", "10", True),
    ProfessionRow("tabacologue", "tabacologue", "tabacologues", "60"),
)

# Each with the profession that it belongs to.
CATEGORIES = (
    ("medecin-generaliste", "consultation-de-medecine-generale", "Consultation de médecine générale"),
    ("medecin-generaliste", "suivi-de-l-enfant", "Suivi de l’enfant, vaccins"),
    ("medecin-generaliste", "teleconsultation", "Téléconsultation avec un médecin"),
    ("medecin-generaliste", "soins-non-programmes", "Soins non programmés"),
    ("medecin-generaliste", "certificat", "Certificat médical"),
    ("medecin-generaliste", "visite-a-domicile", "Visite à domicile"),
    ("infirmier", "prise-de-sang", "Prise de sang"),
    ("infirmier", "pansement-et-soins", "Pansement, injection, soins"),
    ("infirmier", "vaccination", "Vaccination"),
    ("infirmier", "soins-a-domicile", "Soins infirmiers à domicile"),
    ("infirmier-en-pratique-avancee", "suivi-maladie-chronique", "Suivi d’une maladie chronique"),
    ("masseur-kinesitherapeute", "bilan-de-kinesitherapie", "Premier bilan de kinésithérapie"),
    ("masseur-kinesitherapeute", "seance-de-kinesitherapie", "Séance de kinésithérapie"),
    ("masseur-kinesitherapeute", "equilibre", "Équilibre, prévention des chutes"),
    ("orthophoniste", "bilan-orthophonique", "Bilan orthophonique"),
    ("orthophoniste", "seance-d-orthophonie", "Séance d’orthophonie"),
    ("sage-femme", "suivi-de-grossesse", "Suivi de grossesse"),
    ("sage-femme", "suivi-gynecologique", "Suivi gynécologique, contraception"),
    ("sage-femme", "reeducation-perineale", "Rééducation périnéale"),
    ("pedicure-podologue", "soin-de-pedicurie", "Soin de pédicurie"),
    ("pedicure-podologue", "semelles", "Bilan podologique, semelles"),
    ("dieteticien", "bilan-dietetique", "Bilan diététique"),
    ("dieteticien", "suivi-dietetique", "Suivi diététique"),
    ("psychologue", "premier-entretien-psychologique", "Premier entretien avec un psychologue"),
    ("psychologue", "entretien-psychologique", "Entretien avec un psychologue"),
    ("psychiatre", "consultation-de-psychiatrie", "Consultation de psychiatrie"),
    ("cardiologue", "teleconsultation-de-cardiologie", "Téléconsultation de cardiologie"),
    ("dermatologue", "teleconsultation-de-dermatologie", "Téléconsultation de dermatologie"),
    ("gynecologue", "chirurgie-gynecologique", "Avis de chirurgie gynécologique"),
    ("tabacologue", "arret-du-tabac", "Arrêt du tabac"),
)

MAIN = "Maison de santé"
ANNEXE = "Antenne de la Lys"

# Where each is found, in the words of the reception.
MEETING_ROOM = "Salle de réunion"
ROOMS = (
    *((MAIN, f"Cabinet {number}", "rez-de-chaussée, couloir bleu") for number in range(1, 7)),
    (MAIN, "Soins infirmiers 1", "rez-de-chaussée, face à l’accueil"),
    (MAIN, "Soins infirmiers 2", "rez-de-chaussée, face à l’accueil"),
    (MAIN, "Box kiné 1", "plateau de rééducation"),
    (MAIN, "Box kiné 2", "plateau de rééducation"),
    (MAIN, "Box kiné 3", "plateau de rééducation"),
    (MAIN, "Orthophonie 1", "1er étage, ascenseur"),
    (MAIN, "Orthophonie 2", "1er étage, ascenseur"),
    (MAIN, "Cabinet sage-femme", "rez-de-chaussée, couloir vert"),
    (MAIN, "Bureau partagé", "1er étage, ascenseur"),
    (MAIN, "Salle de téléconsultation", "rez-de-chaussée, couloir vert"),
    (MAIN, MEETING_ROOM, "1er étage, ascenseur"),
    (ANNEXE, "Cabinet A", "plain-pied"),
    (ANNEXE, "Cabinet B", "plain-pied"),
)
