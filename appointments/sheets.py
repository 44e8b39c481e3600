"""The day on paper: what `schedule.read` shows to its reader, one person a page, for a desk without a network.

Reads, never writes. Telephone and date of birth only beside visits of the reader's own, or at the desk.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from appointments.access import Reader
from appointments.models import Appointment, Status
from appointments.schedule import OPENING, Schedule, Visit, Wanted, read
from appointments.schedule_pages import Page, pages_of
from core import clock
from core.formats import french
from core.formats.paper import new_paper
from practitioners.house import the_house

if TYPE_CHECKING:
    from core.formats.pdf import Paper

WIDTHS = [19, 51, 22, 28, 44, 22]


@dataclass(frozen=True)
class Contact:
    """What a desk without a network needs to reach somebody."""

    phone: str
    born: date
    note: str


def day_sheets(reader: Reader, wanted: Wanted, *, printed_at: datetime) -> bytes:
    """The PDF of these days; five queries however many visits."""
    found = read(reader, wanted)
    contacts = _contacts(reader, found.visits)
    pages = [page for page in pages_of(found) if page.spans or page.visits]
    title = _("Feuille du %(day)s") % {"day": french.full_day_with_year(wanted.first)}
    place = the_house().places.get(wanted.place or 0)
    foot = _("%(title)s · établie le %(day)s à %(hour)s") % {
        "title": f"{title} · {place}" if place else title,
        "day": french.full_day(printed_at),
        "hour": french.hour(printed_at),
    }
    paper = new_paper(title, foot)
    for page in pages:
        _write(paper, page, found, contacts)
    if not pages:
        paper.add_page()
        paper.line_of(title, 14, bold=True)
        paper.line_of(_("Personne ne reçoit ce jour."), 10)
    return paper.content()


def _write(paper: Paper, page: Page, found: Schedule, contacts: dict[int, Contact]) -> None:
    paper.add_page()
    paper.line_of(page.person.name, 15, bold=True)
    paper.line_of(f"{french.full_day_with_year(page.day)} · {page.person.profession}", 10, soft=True)
    paper.ln(1)
    paper.line_of(" · ".join(_hours(page)), 9.5)
    paper.ln(2)
    if not page.visits:
        paper.line_of(_("Aucun rendez-vous."), 10)
        return
    headings = [_("Heure"), _("Patient"), _("Né(e) le"), _("Téléphone"), _("Motif"), _("Salle")]
    rows = [_row(visit, found.rooms, contacts.get(visit.id)) for visit in page.visits]
    paper.grid(headings, WIDTHS, rows, bold=1)
    paper.ln(2)
    paper.line_of(_("Rendez-vous : %d") % sum(not visit.is_held for visit in page.visits), 9, soft=True)


def _hours(page: Page) -> Iterable[str]:
    if page.holiday:
        yield page.holiday
    for span in page.spans:
        times = {"since": french.hour(span.start_at), "until": french.hour(span.end_at), "what": span.label}
        if span.kind == OPENING:
            yield _("Ouvert de %(since)s à %(until)s") % times
        elif span.start_at <= clock.day_bounds(page.day)[0] and span.end_at >= clock.day_bounds(page.day)[1]:
            yield _("Toute la journée : %(what)s") % times
        else:
            yield _("De %(since)s à %(until)s : %(what)s") % times


def _row(visit: Visit, rooms: dict[int, str], contact: Contact | None) -> list[str]:
    who = visit.patient or (_("créneau retenu") if visit.is_held else _("occupé"))
    marks = [_("en surnombre")] if visit.is_overbooked else []
    if visit.state_label and visit.status != Status.BOOKED and not visit.is_held:
        marks.append(visit.state_label)
    if contact and contact.note:
        marks.append(contact.note)
    return [
        f"{french.hour(visit.start_at)}",
        "\n".join([who, *marks]),
        f"{contact.born:%d/%m/%Y}" if contact else "",
        french.telephone(contact.phone) if contact else "",
        visit.reason,
        rooms.get(visit.room_id or 0, ""),
    ]


def _contacts(reader: Reader, visits: list[Visit]) -> dict[int, Contact]:
    keys = [
        visit.id
        for visit in visits
        if visit.patient and (reader.is_desk or visit.practitioner_id == reader.practitioner_id)
    ]
    rows = Appointment.objects.filter(pk__in=keys, patient__isnull=False).order_by()
    fields = ("pk", "patient__phone", "patient__birth_date", "team_note")
    return {pk: Contact(str(phone or ""), born, note) for pk, phone, born, note in rows.values_list(*fields)}
