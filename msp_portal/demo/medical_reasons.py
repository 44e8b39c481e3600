"""What doctors and midwives receive for, and how a reason of the demo is written down. Times in minutes."""

from __future__ import annotations

from typing import Any

VITALE = "Carte Vitale, carte de mutuelle."
PRESCRIPTION = "Carte Vitale, ordonnance."
DAY = 24 * 60


def visit(category: str, name: str, minutes: int, grid: int | None = None, **fields: Any) -> dict[str, Any]:
    """`weight` says how often the reason comes up, `kind` which of the practitioner's hours take it."""
    return {
        "category": category,
        "name": name,
        "duration_minutes": minutes,
        "grid_minutes": grid or minutes,
        "what_to_bring": VITALE,
        "weight": 10,
        "kind": "",
        **fields,
    }


_GENERAL_MEDICINE = (
    visit(
        "consultation-de-medecine-generale", "Consultation de suivi", 20, weight=60, max_coming_per_patient=3
    ),
    visit(
        "consultation-de-medecine-generale",
        "Première consultation",
        40,
        20,
        patient_scope="new",
        horizon_days=60,
        weight=4,
        instructions="Arrivez dix minutes avant pour remplir votre dossier à l’accueil.",
        what_to_bring="Carte Vitale, ordonnances en cours, derniers comptes rendus.",
    ),
    visit(
        "suivi-de-l-enfant",
        "Enfant de moins de 6 ans",
        20,
        max_age=5,
        weight=10,
        what_to_bring="Carnet de santé, carte Vitale du parent.",
    ),
    visit(
        "teleconsultation",
        "Téléconsultation",
        15,
        20,
        place_kind="video",
        patient_scope="known",
        buffer_minutes=5,
        notice_minutes=30,
        weight=8,
        instructions="Un lien vous est envoyé. Choisissez un endroit calme, avec une caméra et un micro.",
        what_to_bring="",
    ),
    visit(
        "consultation-de-medecine-generale",
        "Point rapide",
        10,
        20,
        place_kind="phone",
        patient_scope="known",
        buffer_minutes=10,
        weight=3,
        instructions="Le médecin vous appelle au numéro de votre fiche.",
        what_to_bring="",
    ),
    visit(
        "certificat",
        "Certificat de sport ou d’aptitude",
        20,
        notice_minutes=DAY,
        weight=5,
        what_to_bring="Le formulaire à remplir, carnet de vaccination.",
    ),
    visit(
        "soins-non-programmes",
        "Soin non programmé",
        15,
        bookable_by="staff",
        horizon_days=1,
        notice_minutes=15,
        cancel_limit_hours=1,
        max_coming_per_patient=1,
        weight=10,
        kind="unscheduled",
        instructions="Pour un problème qui ne peut pas attendre. Urgence vitale : appelez le 15.",
    ),
    visit(
        "visite-a-domicile",
        "Visite à domicile",
        30,
        place_kind="home",
        bookable_by="staff",
        buffer_minutes=15,
        weight=10,
        kind="home",
        what_to_bring="",
    ),
)

MEDICAL: dict[str, tuple[dict[str, Any], ...]] = {
    "medecin-generaliste": _GENERAL_MEDICINE,
    "sage-femme": (
        visit(
            "suivi-de-grossesse",
            "Suivi de grossesse",
            30,
            is_sensitive=True,
            weight=30,
            min_age=12,
            max_age=60,
        ),
        visit(
            "suivi-gynecologique",
            "Suivi gynécologique, contraception",
            30,
            is_sensitive=True,
            weight=25,
            min_age=12,
        ),
        visit(
            "reeducation-perineale",
            "Rééducation périnéale",
            30,
            is_sensitive=True,
            weight=20,
            min_age=16,
            max_coming_per_patient=10,
            what_to_bring=PRESCRIPTION,
        ),
    ),
    "psychiatre": (
        visit(
            "consultation-de-psychiatrie",
            "Consultation avancée de psychiatrie",
            45,
            15,
            is_sensitive=True,
            bookable_by="referrer",
            horizon_days=120,
            weight=20,
        ),
    ),
    "cardiologue": (
        visit(
            "teleconsultation-de-cardiologie",
            "Téléconsultation, avec l’infirmière",
            30,
            place_kind="video",
            bookable_by="referrer",
            weight=20,
            instructions="Venez à la maison de santé : une infirmière vous installe et fait l’électrocardiogramme.",
            what_to_bring="Carte Vitale, ordonnances en cours, derniers examens.",
        ),
    ),
    "dermatologue": (
        visit(
            "teleconsultation-de-dermatologie",
            "Téléconsultation après avis",
            20,
            place_kind="video",
            bookable_by="referrer",
            weight=20,
        ),
    ),
    "gynecologue": (
        visit(
            "chirurgie-gynecologique",
            "Avis de chirurgie gynécologique",
            30,
            is_sensitive=True,
            bookable_by="referrer",
            weight=20,
        ),
    ),
}
