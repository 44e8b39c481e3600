"""The rooms of the demo, and where each is found."""

from __future__ import annotations

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
