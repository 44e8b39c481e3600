"""What one person works through every day, on the first page of « Coordination »: the same counts as the menu."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext_lazy, ngettext

from accounts.access import Visitor, gives_care
from accounts.models import User
from coordination.home import Card, add_card
from coordination.referral_waiting import referrals_waiting
from coordination.stays import may_see_stays
from coordination.waiting import conversations_waiting, tasks_waiting
from coordination.waiting_notes import notes_waiting


def _waiting(count: Callable[[Visitor], int]) -> Callable[[User], str]:
    def words(user: User) -> str:
        number = count(user)
        if not number:
            return ""
        return ngettext("%(number)s vous attend", "%(number)s vous attendent", number) % {"number": number}

    return words


def _nothing(user: User) -> str:
    return ""


add_card(
    Card(
        "conversations",
        gettext_lazy("Échanges"),
        "chat-dots",
        "conversation_list",
        gettext_lazy("Ce qu’on se dit entre soignants, patient par patient."),
        _waiting(conversations_waiting),
        order=1,
    )
)
add_card(
    Card(
        "tasks",
        gettext_lazy("Tâches"),
        "list-check",
        "task_list",
        gettext_lazy("Qui fait quoi, pour quand : les vôtres et celles que vous avez données."),
        _waiting(tasks_waiting),
        order=2,
    )
)
add_card(
    Card(
        "notes",
        gettext_lazy("Notes à lire"),
        "envelope-open",
        "note_inbox",
        gettext_lazy("Ce que vos collègues ont écrit pour vous ou pour l’équipe d’un patient."),
        _waiting(notes_waiting),
        gives_care,
        order=3,
    )
)
add_card(
    Card(
        "referrals",
        gettext_lazy("Adressages"),
        "send",
        "referrals",
        gettext_lazy("Demander à un collègue de voir un patient, répondre, rendre le bilan."),
        _waiting(referrals_waiting),
        order=4,
    )
)
add_card(
    Card(
        "pathways",
        gettext_lazy("Parcours"),
        "person-walking",
        "pathways",
        gettext_lazy("Les étapes prévues pour chaque patient, et ce qui prend du retard."),
        _nothing,
        order=30,
    )
)
add_card(
    Card(
        "stays",
        gettext_lazy("Stages"),
        "person-badge",
        "stays",
        gettext_lazy("Internes et externes : présence, relectures, studios."),
        _nothing,
        may_see_stays,
        order=70,
    )
)
