"""The common names of visits, as patients look for them, ready to be taken over."""

from __future__ import annotations

# Each with the profession that it belongs to.
CATEGORIES: tuple[tuple[str, str, str], ...] = (
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
