"""What the team promised and talked about in the demo: tasks of the house and of two patients."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import User
from coordination.actions.add_task import add_task
from coordination.actions.settle_task import finish_task
from core import clock
from msp_portal.demo.cast import Family
from msp_portal.demo.elder import elder


def talk(family: Family, accounts: dict[str, User]) -> None:
    _tasks(family, accounts)


def _tasks(family: Family, accounts: dict[str, User]) -> None:
    people = {
        name: accounts[f"{name}@demo.example"]
        for name in ("medecin", "kine", "infirmiere", "secretariat", "coordination")
    }
    old, mother = elder().patient, family.mother
    wanted = (
        ("kine", "Faire le test « lever, marcher » et dire le résultat", "medecin", old, 2),
        ("infirmiere", "Vérifier le pilulier à la maison", "medecin", old, 0),
        ("medecin", "Relire les résultats de la prise de sang", "infirmiere", mother, 0),
        ("medecin", "Renouveler l’ordonnance de kinésithérapie", "kine", mother, -2),
        ("secretariat", "Rappeler la fille pour fixer les dix séances", "kine", old, 1),
        ("coordination", "Trouver une date pour la réunion de décembre", "medecin", None, 5),
        ("kine", "Commander deux cannes pour l’atelier équilibre", "coordination", None, 9),
    )
    today = clock.today()
    for owner, title, giver, patient, days in wanted:
        add_task(
            people[giver],
            title,
            owner=people[owner],
            due_on=today + timedelta(days=days),
            patient=patient,
            is_clinical=patient is not None and owner != "secretariat",
        )
    done = add_task(
        people["medecin"],
        "Appeler la pharmacie pour le semainier",
        owner=people["infirmiere"],
        due_on=today,
        patient=old,
    )
    finish_task(done, actor=people["infirmiere"])
