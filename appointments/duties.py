"""What needs somebody of the team beside his visits: words, how many, and where it is done. Reads, never writes."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Visitor, is_desk
from accounts.models import User
from appointments import emergency_folder
from appointments.models import Appointment, Disruption, Status
from core.formats import french
from core.outbox.access import may_watch_messages
from core.outbox.models import OutboxMessage, State
from patients.access import erasures_to_do, pending_proxies
from practitioners.house import the_house

FAILED_SINCE = timedelta(days=7)

# Rooms above add what waits with them: words and an address for each, in a query or two.
type Waiting = Callable[[User], list[tuple[str, str]]]
_elsewhere: list[Waiting] = []


@dataclass(frozen=True)
class Counted:
    """What a room above only wants counted: it shares the one query of this page. `name` is the address too."""

    name: str
    rows: Callable[[User], QuerySet[Any]]
    words: Callable[[int], str]


_counted: dict[str, Counted] = {}


def add_counted(duty: Counted) -> None:
    """Called once by the room that knows of it."""
    _counted[duty.name] = duty


def add_duties(waiting: Waiting) -> None:
    """Called once by the room that knows of them."""
    if waiting not in _elsewhere:
        _elsewhere.append(waiting)


def unreached(practitioners: Collection[int], now: datetime) -> QuerySet[OutboxMessage]:
    """Messages about visits still to come that reached nobody, by no other way either; the soonest visit first."""
    coming = Appointment.objects.filter(
        practitioner__in=practitioners, status=Status.BOOKED, start_at__gte=now, pk=OuterRef("subject_id")
    )
    by_another_way = OutboxMessage.objects.filter(fallback_of=OuterRef("pk"), state=State.SENT)
    return OutboxMessage.objects.filter(
        Exists(coming),
        ~Exists(by_another_way),
        state=State.FAILED,
        subject_type=Appointment._meta.label_lower,
        created_at__gte=now - timedelta(days=60),
    ).order_by("-created_at", "-pk")


def duties(user: User, practitioners: Collection[int], now: datetime) -> list[tuple[str, str]]:
    """Nothing is shown for nought. One query, and one more at the desk."""
    asked: dict[str, QuerySet[Any]] = {
        "disruptions": Disruption.objects.open().of(practitioners),
        "unreached": unreached(practitioners, now),
    }
    if may_watch_messages(user):
        asked["outbox_messages"] = OutboxMessage.objects.filter(
            state=State.FAILED, created_at__gte=now - FAILED_SINCE
        )
    if is_desk(user):
        asked |= {"proxy_requests": pending_proxies(), "erasure_requests": erasures_to_do()}
    asked |= {name: duty.rows(user) for name, duty in _counted.items()}
    found = [(_words(name, number), reverse(name)) for name, number in _counts(user, asked) if number]
    if is_desk(user):
        folder = emergency_folder.standing()
        if emergency_folder.is_too_old(folder, now):
            never = _("Le dossier d’urgence n’a pas encore été écrit")
            words = _("Le dossier d’urgence est trop ancien") if folder else never
            found.append((words, reverse("emergency_folder")))
    return found + [one for waiting in _elsewhere for one in waiting(user)]


def _counts(user: User, asked: dict[str, QuerySet[Any]]) -> list[tuple[str, int]]:
    """How many rows each has, in one query."""
    columns = {}
    for name, rows in asked.items():
        number = rows.order_by().annotate(one=Value(1)).values("one").annotate(number=Count("pk"))
        columns[name] = Coalesce(Subquery(number.values("number"), output_field=IntegerField()), 0)
    row = User.objects.filter(pk=user.pk).values_list(*columns.values()).first() or ()
    return list(zip(columns, row, strict=False))


def _words(name: str, number: int) -> str:
    if name in _counted:
        return _counted[name].words(number)
    words = {
        "disruptions": ngettext("%d rendez-vous à replacer", "%d rendez-vous à replacer", number),
        "unreached": ngettext(
            "%d message non reçu par un patient", "%d messages non reçus par des patients", number
        ),
        "outbox_messages": ngettext("%d message non remis", "%d messages non remis", number),
        "proxy_requests": ngettext("%d procuration à vérifier", "%d procurations à vérifier", number),
        "erasure_requests": ngettext("%d effacement demandé", "%d effacements demandés", number),
    }
    return words[name] % number


def tools(user: Visitor) -> list[tuple[str, str, str]]:
    """What the desk takes in hand now and then: sign, words, where."""
    if not is_desk(user):
        return []
    posters = [
        ("phone", _("Affiche d’arrivée · %s") % place.name, reverse("door_poster", args=[pk]))
        for pk, place in the_house().places.items()
    ]
    return [
        ("file-earmark-text", _folder_words(), reverse("emergency_folder")),
        ("person-x", _("Absences répétées"), reverse("no_show_rule")),
        *posters,
    ]


def _folder_words() -> str:
    folder = emergency_folder.standing()
    if folder is None:
        return _("Dossier d’urgence : pas encore écrit")
    return _("Dossier d’urgence du %(day)s, %(hour)s") % {
        "day": french.short_day(folder.written_at),
        "hour": french.hour(folder.written_at),
    }
