"""Is everything as it should be, and if not, what does one do? In sentences, for who looks after the portal."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Min
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments import emergency_folder
from core import clock
from core.audit.models import AuditSeal
from core.outbox import health as outbox
from core.uploads.models import Upload, UploadState
from core.web.health import cache_state, migrations_state
from msp_portal.backups.shelf import backups_in

LITTLE_ROOM, NO_ROOM = 5_000_000_000, 1_000_000_000
BACKUP_TOO_OLD = timedelta(hours=30)
UPLOAD_TOO_LONG = timedelta(minutes=5)
# The trail is sealed every half hour.
SEAL_TOO_OLD = timedelta(hours=3)


@dataclass(frozen=True)
class Finding:
    """`level`: success, warning or danger. `do`: what mends it; empty where nothing is to be done."""

    name: str
    level: str
    says: str
    do: str = ""
    link: str = ""


def findings() -> list[Finding]:
    """The worst first, else in the order of the list. Fixed number of queries."""
    found = [one for check in CHECKS for one in check(clock.now())]
    return sorted(found, key=lambda one: ("danger", "warning", "success").index(one.level))


def _tables(now: datetime) -> Iterator[Finding]:
    name = _("Base de données")
    if migrations_state() == "ok":
        yield Finding(name, "success", _("Elle répond, et toutes ses tables sont à jour."))
    else:
        do = _("Lancez « manage.py prepare », puis redémarrez le web, l’ouvrier et l’horloge.")
        yield Finding(
            name, "danger", _("Elle répond, mais une mise à jour de ses tables n’a pas été faite."), do
        )


def _cache(now: datetime) -> Iterator[Finding]:
    name = _("Mémoire rapide (Redis ou Valkey)")
    if cache_state() == "ok":
        yield Finding(name, "success", _("Elle répond."))
    else:
        says = _("Elle ne répond pas. Les pages sont plus lentes, les messages attendent ; rien n’est perdu.")
        yield Finding(name, "danger", says, _("Redémarrez-la ; vide, cela convient."))


def _sweeps(now: datetime) -> Iterator[Finding]:
    name, last = _("Ouvrier et horloge (Celery)"), outbox.last_sweep()
    if last is not None and now - last <= outbox.ALIVE_WITHIN:
        yield Finding(name, "success", _("Le dernier passage date de moins d’une minute."))
        return
    since = _("jamais") if last is None else _ago(last, now)
    says = _("Dernier passage : %(since)s. Confirmations et rappels attendent.") % {"since": since}
    yield Finding(name, "danger", says, _("Redémarrez l’ouvrier (worker), puis l’horloge (beat)."))


def _messages(now: datetime) -> Iterator[Finding]:
    link = reverse("outbox_messages")
    state = outbox.snapshot()
    for channel in state.late_channels:
        name = _("Envoi : %(channel)s") % {"channel": channel.channel.label}
        says = ngettext(
            "%(count)s message en retard. Dernière erreur : %(error)s",
            "%(count)s messages en retard. Dernière erreur : %(error)s",
            channel.overdue,
        ) % {"count": channel.overdue, "error": channel.last_error or _("aucune")}
        do = _("Vérifiez le relais de courrier ou la passerelle de SMS : les envois reprennent d’eux-mêmes.")
        yield Finding(name, "danger", says, do, link)
    name = _("Messages")
    if state.failed:
        says = ngettext(
            "%(count)s message n’est pas parti cette semaine, après douze essais.",
            "%(count)s messages ne sont pas partis cette semaine, après douze essais.",
            state.failed,
        ) % {"count": state.failed}
        yield Finding(name, "warning", says, _("Prévenez par téléphone, corrigez l’adresse, renvoyez."), link)
    elif not state.late_channels:
        yield Finding(name, "success", _("Tout ce qui devait partir est parti."), link=link)


def _disk(now: datetime) -> Iterator[Finding]:
    name = _("Place sur le disque")
    free = min(shutil.disk_usage(place).free for place in _places())
    says = _("%(free)s libres.") % {"free": filesizeformat(free)}
    level = "danger" if free < NO_ROOM else "warning" if free < LITTLE_ROOM else "success"
    do = (
        ""
        if level == "success"
        else _("Faites de la place, ou agrandissez le disque : plein, plus rien ne s’écrit.")
    )
    yield Finding(name, level, says, do)


def _places() -> Iterator[Path]:
    """Where files are kept: they may lie on several disks, and the fullest is what matters."""
    for place in (settings.DATA_DIR, settings.UPLOADS_DIR, settings.EMERGENCY_DIR):
        if Path(place).exists():
            yield Path(place)


def _backup(now: datetime) -> Iterator[Finding]:
    name = _("Sauvegarde")
    do = _("Lancez « make backup », chaque nuit d’elle-même (docs/operations.md), et copiez-la ailleurs.")
    files = backups_in(Path(settings.DATA_DIR) / "backups")
    worst = "warning" if settings.DEMO else "danger"
    if not files:
        yield Finding(name, worst, _("Il n’y en a aucune sur cette machine."), do)
        return
    taken = datetime.fromtimestamp(files[0].stat().st_mtime, UTC)
    says = _("La dernière date de %(ago)s.") % {"ago": timesince(taken, now)}
    is_old = now - taken > BACKUP_TOO_OLD
    yield Finding(name, worst if is_old else "success", says, do if is_old else "")


def _folder(now: datetime) -> Iterator[Finding]:
    name, link = _("Dossier d’urgence"), reverse("emergency_folder")
    folder = emergency_folder.standing()
    if emergency_folder.is_too_old(folder, now):
        says = _("Il n’a pas été écrit à l’heure : sans réseau, la maison n’aurait pas son planning.")
        yield Finding(name, "danger", says, _("Lancez « manage.py emergency_folder »."), link)
    else:
        yield Finding(name, "success", _("Il est à jour."), link=link)


def _uploads(now: datetime) -> Iterator[Finding]:
    name = _("Contrôle des fichiers envoyés")
    waiting = Upload.objects.filter(state__in=[UploadState.RECEIVED, UploadState.CHECKING])
    oldest = waiting.aggregate(Min("sent_at"))["sent_at__min"]
    if oldest is not None and now - oldest > UPLOAD_TOO_LONG:
        says = _("Un fichier attend depuis %(ago)s.") % {"ago": timesince(oldest, now)}
        yield Finding(name, "danger", says, _("Redémarrez l’ouvrier (worker)."))
    else:
        yield Finding(name, "success", _("Aucun fichier n’attend."))


def _trail(now: datetime) -> Iterator[Finding]:
    name = _("Journal des accès")
    last = AuditSeal.objects.order_by("-until").values_list("until", flat=True).first()
    if last is not None and now - last <= SEAL_TOO_OLD:
        yield Finding(name, "success", _("Il est scellé, comme toutes les demi-heures."))
        return
    since = _("jamais") if last is None else _ago(last, now)
    says = _("Dernier scellé : %(since)s.") % {"since": since}
    do = _("Redémarrez l’ouvrier et l’horloge, puis vérifiez par « manage.py verify_audit ».")
    yield Finding(name, "warning" if last is None else "danger", says, do)


def _clock(now: datetime) -> Iterator[Finding]:
    """The hour of the web and that of the database: a gap gives reminders at the wrong time."""
    name = _("Heure")
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (there,) = cursor.fetchone()
    gap = abs(now - there)
    if gap > timedelta(minutes=1):
        says = _("Le portail et la base de données n’ont pas la même heure (%(gap)s d’écart).")
        do = _("Remettez les machines à l’heure (NTP).")
        yield Finding(name, "danger", says % {"gap": timesince(now - gap, now)}, do)
    else:
        yield Finding(name, "success", _("Le portail et la base de données ont la même heure."))


def _ago(moment: datetime, now: datetime) -> str:
    return _("il y a %(time)s") % {"time": timesince(moment, now)}


CHECKS: tuple[Callable[[datetime], Iterator[Finding]], ...] = (
    _tables,
    _cache,
    _sweeps,
    _messages,
    _uploads,
    _folder,
    _backup,
    _disk,
    _trail,
    _clock,
)
