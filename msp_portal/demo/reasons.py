"""What each profession receives for, with the conditions that its members set."""

from __future__ import annotations

from typing import Any

from msp_portal.demo.medical_reasons import DAY, MEDICAL, PRESCRIPTION, visit

REASONS: dict[str, tuple[dict[str, Any], ...]] = {
    **MEDICAL,
    "infirmier": (
        visit(
            "prise-de-sang",
            "Prise de sang au cabinet",
            10,
            weight=40,
            cancel_limit_hours=12,
            what_to_bring=PRESCRIPTION,
            instructions="À jeun si l’ordonnance le demande : ni boisson sucrée ni repas depuis douze heures.",
        ),
        visit("pansement-et-soins", "Pansement ou injection", 20, 10, weight=20, what_to_bring=PRESCRIPTION),
        visit(
            "vaccination",
            "Vaccination",
            10,
            weight=10,
            min_age=11,
            what_to_bring="Le vaccin s’il est chez vous, carnet de vaccination, carte Vitale.",
        ),
        visit(
            "soins-a-domicile",
            "Soins à domicile",
            30,
            place_kind="home",
            patient_scope="known",
            buffer_minutes=15,
            grid_minutes=15,
            weight=50,
            kind="home",
            instructions="L’infirmier passe dans la demi-heure qui suit l’heure indiquée.",
            what_to_bring=PRESCRIPTION,
        ),
    ),
    "infirmier-en-pratique-avancee": (
        visit("suivi-maladie-chronique", "Suivi régulier", 30, patient_scope="known", weight=40),
        visit(
            "suivi-maladie-chronique",
            "Premier rendez-vous, adressé par le médecin",
            60,
            30,
            bookable_by="referrer",
            weight=8,
        ),
        visit(
            "suivi-maladie-chronique",
            "Suivi en vidéo",
            20,
            30,
            place_kind="video",
            patient_scope="known",
            weight=8,
            what_to_bring="",
        ),
    ),
    "masseur-kinesitherapeute": (
        visit(
            "bilan-de-kinesitherapie",
            "Premier bilan",
            60,
            30,
            patient_scope="new",
            notice_minutes=DAY,
            weight=5,
            what_to_bring="Ordonnance, radios et comptes rendus, serviette.",
        ),
        visit(
            "seance-de-kinesitherapie",
            "Séance de rééducation",
            30,
            weight=70,
            max_coming_per_patient=12,
            what_to_bring="Ordonnance, serviette.",
        ),
        visit(
            "equilibre",
            "Équilibre et prévention des chutes",
            30,
            min_age=65,
            weight=15,
            what_to_bring="Ordonnance, chaussures fermées.",
        ),
    ),
    "orthophoniste": (
        visit(
            "bilan-orthophonique",
            "Bilan",
            60,
            30,
            notice_minutes=2 * DAY,
            weight=8,
            what_to_bring="Ordonnance, carnet de santé, bulletins scolaires.",
        ),
        visit(
            "seance-d-orthophonie", "Séance", 30, patient_scope="known", weight=60, max_coming_per_patient=15
        ),
        visit(
            "seance-d-orthophonie",
            "Séance en vidéo",
            30,
            place_kind="video",
            patient_scope="known",
            weight=6,
            what_to_bring="",
        ),
    ),
    "pedicure-podologue": (
        visit("soin-de-pedicurie", "Soin de pédicurie", 30, weight=40),
        visit(
            "semelles",
            "Bilan podologique, semelles",
            45,
            15,
            weight=12,
            what_to_bring="Ordonnance, chaussures que vous portez le plus.",
        ),
    ),
    "dieteticien": (
        visit(
            "bilan-dietetique",
            "Premier bilan",
            60,
            30,
            weight=10,
            what_to_bring="Dernières analyses de sang.",
        ),
        visit("suivi-dietetique", "Suivi", 30, weight=25, what_to_bring=""),
        visit("suivi-dietetique", "Suivi en vidéo", 30, place_kind="video", weight=8, what_to_bring=""),
    ),
    "psychologue": (
        visit(
            "premier-entretien-psychologique",
            "Premier entretien",
            60,
            30,
            is_sensitive=True,
            cancel_limit_hours=48,
            weight=6,
            what_to_bring="",
            instructions="Un parent accompagne l’enfant ou l’adolescent à ce premier rendez-vous.",
        ),
        visit(
            "entretien-psychologique",
            "Entretien de suivi",
            45,
            30,
            buffer_minutes=15,
            is_sensitive=True,
            cancel_limit_hours=48,
            weight=40,
            what_to_bring="",
        ),
    ),
    "pharmacien": (),
    "tabacologue": (
        visit(
            "arret-du-tabac",
            "Premier rendez-vous, arrêt du tabac",
            45,
            15,
            is_sensitive=True,
            min_age=16,
            weight=8,
            what_to_bring="",
        ),
        visit(
            "arret-du-tabac", "Suivi, arrêt du tabac", 30, 15, is_sensitive=True, weight=15, what_to_bring=""
        ),
    ),
}
