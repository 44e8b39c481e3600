"""The doors of those who work here: each is shown to whom it opens, and to nobody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access import Visitor, gives_care, is_administrator, is_coordinator, is_desk, is_partner
from accounts.models import Role, User
from coordination.referral_waiting import referrals_waiting
from coordination.stays import may_see_stays
from coordination.waiting import conversations_waiting, tasks_waiting
from coordination.waiting_notes import notes_waiting
from core.outbox.access import may_watch_messages
from partnerships.access import may_manage, may_read
from partnerships.evidence_access import may_read_totals
from partnerships.waiting_letters import letters_waiting
from teleconsult.waiting_expertise import expertise_waiting

# What waits for an answer, and what is set once and seldom looked at, are kept out of the way of the day.
TO_DO = _("À traiter")
HOUSE = _("La maison")


class Door(NamedTuple):
    url_name: str
    label: str | Promise
    sign: str
    opens_to: Callable[[Visitor], bool]
    group: str | Promise = ""
    # How much waits behind it; nothing is drawn for nought.
    waits: Callable[[Visitor], int] | None = None


def _works_here(user: Visitor) -> bool:
    return gives_care(user) or is_desk(user)


def _follows_letters(user: Visitor) -> bool:
    return is_partner(user) or is_desk(user)


def _reads_partners(user: Visitor) -> bool:
    """Who manages them begins at the desk instead."""
    return may_read(user) and not may_manage(user)


# Rooms that are not built yet have no address, and a door without address is not drawn (`nav_link`).
DOORS = (
    Door("my_consultation_sessions", _("Mes séances"), "calendar-week", is_partner),
    Door("my_day", _("Ma journée"), "sun", _works_here),
    Door("schedule", _("Planning"), "calendar-week", _works_here),
    Door("patient_search", _("Patients"), "people", _works_here),
    Door("conversation_list", _("Échanges"), "chat-dots", _works_here, "", conversations_waiting),
    Door("workshop_list", _("Ateliers"), "mortarboard", _works_here),
    Door("task_list", _("Tâches"), "list-check", _works_here, TO_DO, tasks_waiting),
    Door("note_inbox", _("Notes à lire"), "envelope-open", gives_care, TO_DO, notes_waiting),
    Door("referrals", _("Adressages"), "send", _works_here, TO_DO, referrals_waiting),
    Door("expertise_requests", _("Télé-expertise"), "chat-dots", _works_here, TO_DO, expertise_waiting),
    Door("disruptions", _("À replacer"), "arrow-repeat", _works_here, TO_DO),
    Door("waiting_list", _("Liste d’attente"), "hourglass-split", _works_here, TO_DO),
    Door("documents_to_file", _("Documents"), "inbox", gives_care, TO_DO),
    Door(
        "return_letters", _("Comptes rendus"), "file-earmark-text", _follows_letters, TO_DO, letters_waiting
    ),
    Door("proxy_requests", _("Procurations"), "person-check", is_desk, TO_DO),
    Door("identities", _("Identités"), "person-check", is_desk, TO_DO),
    Door("duplicates", _("Doublons"), "arrow-left-right", is_desk, TO_DO),
    Door("emergency_reviews", _("Urgences"), "shield-lock", is_coordinator, TO_DO),
    Door("erasure_requests", _("Effacements"), "trash3", is_desk, TO_DO),
    Door("coordination", _("Coordination"), "diagram-3", _works_here),
    Door("pathways", _("Parcours"), "person-walking", _works_here),
    Door("teleconsult", _("Téléconsultation"), "camera-video", _works_here),
    Door("partners_desk", _("Partenaires"), "building", may_manage),
    Door("partners", _("Partenaires"), "building", _reads_partners),
    Door("evidence", _("Pilotage"), "graph-up", may_read_totals),
    Door("outbox_messages", _("Messages"), "envelope", may_watch_messages, TO_DO),
    Door("pseudonyms", _("Pseudonymes"), "eye-slash", _works_here, HOUSE),
    Door("my_openings", _("Horaires"), "sliders", _works_here, HOUSE),
    Door("digest_settings", _("Mes e-mails"), "envelope", _works_here, HOUSE),
    Door("stays", _("Stages"), "person-badge", may_see_stays, HOUSE),
    Door("headcount", _("Effectif"), "people", is_coordinator, HOUSE),
    Door("no_show_rule", _("Absences répétées"), "person-x", is_desk, HOUSE),
    Door("booking_caps", _("Plafonds"), "list-check", _works_here, HOUSE),
    Door("emergency_folder", _("Dossier d’urgence"), "file-earmark-text", is_desk, HOUSE),
    Door("closures", _("Fermetures"), "calendar-x", is_desk, HOUSE),
    Door("resources", _("Salles"), "house-door", is_desk, HOUSE),
    Door("house_health", _("État du portail"), "shield-check", may_watch_messages, HOUSE),
    Door("first_steps", _("Mise en route"), "list-check", is_administrator, HOUSE),
    Door("admin:index", _("Gestion"), "gear", is_administrator, HOUSE),
)


# Who comes from a partner, and works here as nothing else: his sessions, the people he sees there, who writes to him.
OF_PARTNERS = frozenset(
    {
        "my_consultation_sessions",
        "my_day",
        "teleconsult",
        "patient_search",
        "conversation_list",
        "note_inbox",
        "referrals",
        "expertise_requests",
        "return_letters",
        "digest_settings",
    }
)


def doors_of(user: Visitor) -> list[Door]:
    """In the order of the day, for one person. Patients have none."""
    if not isinstance(user, User):
        return []
    shown = [door for door in DOORS if door.opens_to(user)]
    if user.roles == {Role.PARTNER}:
        return [door for door in shown if door.url_name in OF_PARTNERS]
    return shown
