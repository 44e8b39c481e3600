"""The screens of those who work here, for `make screenshots`: name, address, who, a link to follow first."""

from __future__ import annotations

STAFF: list[tuple[str, str, str, str]] = [
    ("medecin-journee", "/ma-journee/", "medecin", ""),
    ("medecin-dossier", "/ma-journee/", "medecin", ".day-table a[href^='/patients/']"),
    ("medecin-adressages", "/coordination/adressages/", "medecin", ""),
    ("infirmiere-tournee", "/ma-journee/", "infirmiere", "a[href^='/tournees/']"),
    ("kine-journee", "/ma-journee/", "kine", ""),
    ("psychologue-journee", "/ma-journee/", "psychologue", ""),
    ("interne-journee", "/ma-journee/", "interne", ""),
    ("accueil-patients", "/patients/", "secretariat", ""),
    ("accueil-replacer", "/mon-cabinet/a-replacer/", "secretariat", ""),
    ("accueil-sans-rendez-vous", "/ma-journee/sans-rendez-vous/", "secretariat", ""),
    ("coordination-bureau", "/partenaires/bureau/", "coordination", ""),
    ("coordination-reunions", "/coordination/rcp/", "coordination", ""),
    ("coordination-activite", "/pilotage/activite/", "coordination", ""),
    ("psychiatre-seances", "/partenaires/mes-seances/", "psychiatre", ""),
    ("cardiologue-avis", "/tele-expertise/", "cardiologue", ""),
    ("admin-etat", "/gestion/sante/", "admin", ""),
]
