"""What a new house must say of itself before a patient can book, in the order in which it is easily said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Exists, Model, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, RoleAssignment
from appointments.actions.take_usual_categories import take_usual_categories
from appointments.actions.take_usual_reminders import take_usual_reminders
from appointments.models import Opening, OpeningRule, ReasonCategory, ReminderRule, VisitReason
from core import clock
from partnerships.models import EvidenceGrid
from practitioners.actions.take_usual_professions import take_usual_professions
from practitioners.models import Centre, Place, Practitioner, Profession, Room


@dataclass(frozen=True)
class Step:
    """`usual`: the page may take over what houses usually have. `door`: where it is said by hand."""

    code: str
    name: Promise
    says: Promise
    door: str
    wanted: Callable[[], QuerySet[Model]]
    usual: bool = False
    optional: bool = False
    done: bool = False

    @property
    def link(self) -> str:
        return reverse(self.door)


def _accounts() -> QuerySet[Model]:
    return RoleAssignment.objects.in_force().filter(role__in=(Role.SECRETARY, Role.COORDINATOR))


STEPS = (
    Step(
        "centre",
        _("La maison"),
        _("Son nom, son adresse, son téléphone, ses horaires : chaque page les montre."),
        "admin:practitioners_centre_changelist",
        Centre.objects.all,
    ),
    Step(
        "places",
        _("Les lieux"),
        _("Un lieu au moins, avec ce qu’il faut savoir pour s’y rendre."),
        "admin:practitioners_place_changelist",
        Place.objects.all,
    ),
    Step(
        "rooms",
        _("Les salles"),
        _("Deux rendez-vous ne se donnent jamais dans la même salle au même moment."),
        "admin:practitioners_room_changelist",
        Room.objects.all,
        optional=True,
    ),
    Step(
        "professions",
        _("Les professions et les types de consultation"),
        _("Les noms sous lesquels les patients cherchent. Reprenez la liste usuelle, puis adaptez-la."),
        "admin:practitioners_profession_changelist",
        lambda: Profession.objects.filter(Exists(ReasonCategory.objects.all())),
        usual=True,
    ),
    Step(
        "reminders",
        _("Les rappels"),
        _("Une semaine, deux jours et deux heures avant, si vous reprenez les rappels usuels."),
        "admin:appointments_reminderrule_changelist",
        lambda: ReminderRule.objects.filter(reason=None, is_enabled=True),
        usual=True,
    ),
    Step(
        "practitioners",
        _("Les professionnels"),
        _(
            "Pour chacun : un compte avec le rôle « professionnel de santé », puis sa fiche, reliée à ce compte."
        ),
        "admin:practitioners_practitioner_changelist",
        Practitioner.objects.listed,
    ),
    Step(
        "desk",
        _("Le secrétariat et la coordination"),
        _("Un compte par personne, jamais un compte partagé : chaque lecture d’un dossier a un nom."),
        "admin:accounts_user_changelist",
        _accounts,
    ),
    Step(
        "reasons",
        _("Les motifs de rendez-vous"),
        _("Chaque professionnel décide des siens sous « Agenda » ; le secrétariat peut l’aider."),
        "admin:appointments_visitreason_changelist",
        VisitReason.objects.online,
    ),
    Step(
        "openings",
        _("Les horaires de consultation"),
        _("Des semaines types, par professionnel : les créneaux en découlent, douze mois à l’avance."),
        "admin:appointments_openingrule_changelist",
        lambda: OpeningRule.objects.filter(Exists(Opening.objects.filter(start_at__gte=clock.now()))),
    ),
    Step(
        "evidence",
        _("La grille du contrat avec l’assurance maladie"),
        _("Les indicateurs et leurs points, à relire sur votre contrat."),
        "evidence_grids",
        EvidenceGrid.objects.all,
        optional=True,
    ),
)


def steps() -> list[Step]:
    """Fixed number of queries: one each."""
    return [replace(step, done=step.wanted().exists()) for step in STEPS]


def take_usual(code: str, actor: AbstractBaseUser) -> int:
    """How many rows the house has taken over; 0 where there is nothing to take, or no house yet."""
    if code == "professions":
        return take_usual_professions(actor) + take_usual_categories(actor)
    centre = Centre.objects.order_by("pk").first()
    return take_usual_reminders(centre, actor) if code == "reminders" and centre else 0
