"""What the team promised and talked about in the demo: tasks of the house and of two patients."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import User
from coordination.actions.add_task import add_task
from coordination.actions.say import ToDo, Words, mark_read, open_conversation, say
from coordination.actions.settle_task import finish_task
from coordination.models import Conversation
from core import clock
from msp_portal.demo.cast import Family
from msp_portal.demo.elder import elder
from patients.models import Patient


def talk(family: Family, accounts: dict[str, User]) -> None:
    _tasks(family, accounts)
    _conversations(family, accounts)


def _conversations(family: Family, accounts: dict[str, User]) -> None:
    doctor, physio, nurse, desk = (
        accounts[f"{name}@demo.example"] for name in ("medecin", "kine", "infirmiere", "secretariat")
    )
    old, mother = elder().patient, family.mother
    tomorrow = clock.today() + timedelta(days=1)
    balance = _talk(
        old,
        "Équilibre et chutes",
        [
            (
                doctor,
                "Deux chutes ce mois-ci, sans gravité. J’ai prescrit dix séances. Qu’en pensez-vous ?",
                None,
            ),
            (
                physio,
                "Premier test fait : 18 secondes. Je propose aussi de revoir l’éclairage du couloir.",
                None,
            ),
            (
                nurse,
                "@Deschodt je passe demain, je regarde le couloir et les tapis.",
                ToDo(nurse, tomorrow),
            ),
        ],
    )
    mark_read(balance, doctor, balance.messages.order_by("pk")[1].pk)
    _talk(
        mother,
        "Reprise de la marche",
        [
            (physio, "Elle marche sans douleur vingt minutes. On espace les séances ?", None),
            (doctor, "D’accord pour une par semaine, je la revois dans quinze jours.", None),
        ],
    )
    _talk(
        None,
        "Fermeture entre Noël et le jour de l’An",
        [
            (desk, "Merci de dire avant vendredi quels jours vous recevez.", None),
            (nurse, "Présente les 28 et 29.", None),
        ],
    )


def _talk(patient: Patient | None, subject: str, said: list[tuple[User, str, ToDo | None]]) -> Conversation:
    """As it was said, a few hours apart, the last one lately."""
    (first, body, to_do), *others = said
    message = open_conversation(patient, subject, Words(body, to_do=to_do), actor=first)
    conversation = message.conversation
    for author, text, asked in others:
        say(conversation, Words(text, to_do=asked), actor=author)
    start = clock.now() - timedelta(hours=5 * len(said))
    for number, row in enumerate(conversation.messages.order_by("pk")):
        row.sent_at = start + timedelta(hours=4 * number)
        row.save(update_fields=["sent_at"])
    Conversation.objects.filter(pk=conversation.pk).update(created_at=start, last_at=row.sent_at)
    return conversation


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
