"""What needs somebody of the team beside his visits: words, how many, and where it is done. Reads, never writes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Visitor, is_desk
from appointments import emergency_folder
from appointments.models import Appointment, Disruption, Status
from core.formats import french
from core.outbox.access import may_watch_messages
from core.outbox.models import OutboxMessage, State
from patients.access import erasures_to_do, pending_proxies
from practitioners.house import the_house

FAILED_SINCE = timedelta(days=7)


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


def duties(user: Visitor, practitioners: Collection[int], now: datetime) -> list[tuple[str, str]]:
    """Nothing is shown for nought."""
    found = []
    if disrupted := Disruption.objects.open().of(practitioners).count():
        words = ngettext("%d rendez-vous à replacer", "%d rendez-vous à replacer", disrupted)
        found.append((words % disrupted, reverse("disruptions")))
    if missing := unreached(practitioners, now).count():
        words = ngettext(
            "%d message non reçu par un patient", "%d messages non reçus par des patients", missing
        )
        found.append((words % missing, reverse("unreached")))
    return found + (_of_the_desk(user, now) if is_desk(user) else [])


def _of_the_desk(user: Visitor, now: datetime) -> list[tuple[str, str]]:
    found = []
    if may_watch_messages(user):
        failed = OutboxMessage.objects.filter(state=State.FAILED, created_at__gte=now - FAILED_SINCE).count()
        if failed:
            words = ngettext("%d message non remis", "%d messages non remis", failed)
            found.append((words % failed, reverse("outbox_messages")))
    if proxies := pending_proxies().count():
        words = ngettext("%d procuration à vérifier", "%d procurations à vérifier", proxies)
        found.append((words % proxies, reverse("proxy_requests")))
    if erasures := erasures_to_do().count():
        words = ngettext("%d effacement demandé", "%d effacements demandés", erasures)
        found.append((words % erasures, reverse("erasure_requests")))
    folder = emergency_folder.standing()
    if emergency_folder.is_too_old(folder, now):
        never = _("Le dossier d’urgence n’a pas encore été écrit")
        found.append(
            (_("Le dossier d’urgence est trop ancien") if folder else never, reverse("emergency_folder"))
        )
    return found


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
