"""What the team does together, counted: partners, meetings, protocols, stays, coordination, the shared record."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Role, RoleAssignment
from appointments.models import Appointment, Status
from coordination.meeting_counts import count_year
from coordination.models import DecisionSheet, Note, ProtocolVersion, TeamMeeting
from coordination.models.meeting import MeetingState
from coordination.models.protocol import ProtocolState
from core import clock
from core.formats import french
from partnerships.evidence_frame import Behind, Frame, Measured, Questions, hundredths, share
from partnerships.evidence_hours import days_a_week, half_days
from partnerships.models import ConsultationSession, SessionState
from practitioners.models import Internship, Practitioner
from practitioners.models.internship import Level
from practitioners.models.practitioner import Kind


def asks_sessions(frame: Frame) -> Questions:
    """Those that were held, and how many were seen in each."""
    start, end = frame.bounds
    held = ConsultationSession.objects.standing().filter(
        programme__partner__centre=frame.centre, start_at__gte=start, end_at__lte=end
    )
    seen = Appointment.objects.filter(opening__in=held.order_by().values("opening"), status=Status.FULFILLED)
    return {
        "sessions": held.select_related("programme__partner", "practitioner").order_by("start_at", "pk"),
        "seen": seen.order_by().values_list("opening").annotate(Count("pk")),
    }


def advanced(frame: Frame) -> Measured:
    """Half-days held by professionals from outside, two at a time as two."""
    held: list[ConsultationSession] = frame.answers["sessions"]
    seen: dict[int | None, int] = dict(frame.answers["seen"])
    counted: set[tuple[int, date, str]] = set()
    rows, unconfirmed = [], 0
    for session in held:
        halves = {(session.practitioner_id, session.local_day, half) for half in _halves(session)}
        fresh = halves - counted
        counted |= halves
        unconfirmed += session.state != SessionState.CONFIRMED
        rows.append(_session_row(session, len(fresh), seen.get(session.opening_id, 0)))
    missing = []
    if unconfirmed:
        sentence = _("Séances passées que le partenaire n’a jamais confirmées : %(number)s.")
        missing.append(sentence % {"number": unconfirmed})
    days = len(frame.days)
    facts = [_("Demi-journées tenues : %(number)s.") % {"number": len(counted)}] if days else []
    value = hundredths(days_a_week(len(counted), days)) if days else None
    return Measured(value, rows, facts, missing)


def _halves(session: ConsultationSession) -> list[str]:
    return half_days(session.start_at, session.end_at)


def _session_row(session: ConsultationSession, halves: int, people: int) -> Behind:
    who = _("%(programme)s, %(who)s") % {
        "programme": session.programme.name,
        "who": session.practitioner.display_name,
    }
    hours = _("de %(start)s à %(end)s") % {
        "start": french.hour(session.start_at),
        "end": french.hour(session.end_at),
    }
    detail = hours if halves else _("%(hours)s, demi-journée déjà comptée") % {"hours": hours}
    url = reverse("consultation_session", args=[session.pk])
    return Behind(who, halves > 0, session.local_day, detail, people, url)


def concertation(frame: Frame) -> Measured:
    """The year's meetings as the page of the meetings counts them; the rate against the list of this report."""
    count = count_year(frame.year)
    people = dict(
        DecisionSheet.objects.validated()
        .filter(item__meeting__in=count.meetings)
        .exclude(item__patient=None)
        .order_by()
        .values_list("item__meeting")
        .annotate(Count("item__patient", distinct=True))
    )
    rows = [_meeting_row(one, people.get(one.pk, 0), counts=True) for one in count.meetings]
    rows += [_meeting_row(one, None, counts=False) for one in count.without_minutes]
    missing = [
        _("Compte rendu à valider : réunion du %(day)s.") % {"day": french.full_day(one.start_at)}
        for one in count.without_minutes
    ]
    invited = sum(line.invited for line in count.professions)
    present = sum(line.present + line.remote for line in count.professions)
    facts = [_("Réunions avec compte rendu : %(number)s.") % {"number": len(count.meetings)}]
    if invited:
        rate = round(100 * present / invited)
        facts.append(_("Participation : %(rate)s %% des invités.") % {"rate": rate})
    rows.sort(key=lambda row: row.day or date.min)
    value = share(count.patients, frame.list_size)
    return Measured(value, rows, facts, missing, events=len(count.meetings))


def _meeting_row(meeting: TeamMeeting, people: int | None, *, counts: bool) -> Behind:
    day = clock.local(meeting.start_at).date()
    is_closed = meeting.state == MeetingState.CLOSED
    detail = _("compte rendu validé") if is_closed and counts else _("compte rendu non validé")
    url = reverse("meeting", args=[meeting.pk])
    # Its title may name somebody: the date is enough.
    return Behind(str(_("Réunion de concertation")), counts, day, detail, people, url)


def asks_protocols(frame: Frame) -> Questions:
    versions = (
        ProtocolVersion.objects.filter(
            Q(ended_on=None) | Q(ended_on__gt=frame.last),
            protocol__centre=frame.centre,
            adopted_on__lte=frame.last,
            state__in=[ProtocolState.ADOPTED, ProtocolState.REPLACED, ProtocolState.WITHDRAWN],
        )
        .select_related("protocol")
        .annotate(
            asked=Count("signatures"), unsigned=Count("signatures", filter=Q(signatures__signed_at=None))
        )
        .order_by("protocol__title", "protocol", "-number")
    )
    return {"versions": versions}


def protocols(frame: Frame) -> Measured:
    """Protocols of the team with a version in force on the last day."""
    versions = frame.answers["versions"]
    rows, missing = [], []
    newest = {one.protocol: one for one in reversed(versions)}
    for protocol, version in newest.items():
        facts = [_("version %(number)s") % {"number": version.number}]
        signed = version.asked - version.unsigned
        if version.unsigned or not version.asked:
            missing.append(_("« %(title)s » : signatures à compléter.") % {"title": protocol.title})
        if version.review_on <= frame.last:
            missing.append(_("« %(title)s » : révision en retard.") % {"title": protocol.title})
        facts.append(
            ngettext("%(signed)s signature sur %(asked)s", "%(signed)s signatures sur %(asked)s", signed)
            % {"signed": signed, "asked": version.asked}
        )
        url = reverse("protocol", args=[protocol.pk])
        rows.append(Behind(protocol.title, True, version.adopted_on, ", ".join(facts), url=url))
    rows.sort(key=lambda row: row.title)
    return Measured(Decimal(len(rows)), rows, missing=sorted(missing))


def asks_stays(frame: Frame) -> Questions:
    stays = (
        Internship.objects.filter(
            intern__centre=frame.centre, since__gte=frame.first, since__lte=max(frame.last, frame.first)
        )
        .select_related("intern")
        .order_by("since", "pk")
    )
    return {"stays": stays}


def interns(frame: Frame) -> Measured:
    """Stays that began in the year, of the levels that the grid counts."""
    stays: list[Internship] = frame.answers["stays"]
    rows, missing = [], []
    for stay in stays:
        name = stay.intern.display_name
        counts = stay.level in frame.grid.stay_levels
        detail = _("%(level)s, jusqu’au %(day)s") % {
            "level": Level(stay.level).label,
            "day": french.short_day(stay.until),
        }
        if counts and not stay.faculty:
            missing.append(_("Stage de %(name)s : faculté à indiquer.") % {"name": name})
        rows.append(Behind(name, counts, stay.since, detail, url=reverse("stay", args=[stay.pk])))
    return Measured(Decimal(sum(row.counts for row in rows)), rows, missing=missing)


def asks_posts(frame: Frame) -> Questions:
    posts = RoleAssignment.objects.filter(
        Q(until=None) | Q(until__gte=frame.first), role=Role.COORDINATOR, since__lte=frame.last
    )
    return {"posts": posts.select_related("user").order_by("since", "pk")}


def coordination(frame: Frame) -> Measured:
    """The days of the year on which at least one coordinator had his hat."""
    posts: list[RoleAssignment] = frame.answers["posts"]
    covered: set[date] = set()
    rows = []
    for post in posts:
        first, last = max(post.since, frame.first), min(post.until or frame.last, frame.last)
        covered |= {first + timedelta(days=number) for number in range((last - first).days + 1)}
        detail = _("en poste du %(first)s au %(last)s") % {
            "first": french.short_day(first),
            "last": french.short_day(last),
        }
        rows.append(Behind(str(post.user), True, first, detail))
    return Measured(share(len(covered), len(frame.days)), rows)


def asks_notes(frame: Frame) -> Questions:
    start, end = frame.bounds
    wrote = Note.objects.standing().filter(written_at__gte=start, written_at__lt=end)
    members = (
        Practitioner.objects.active(frame.last)
        .filter(kind=Kind.MEMBER, centre=frame.centre)
        .select_related("profession")
        .order_by(F("profession__position"), "last_name", "first_name", "pk")
    )
    return {"wrote": wrote.order_by().values_list("author", flat=True).distinct(), "members": members}


def record_use(frame: Frame) -> Measured:
    """Whether each professional of the house wrote at least once in the shared record; how often, nobody asks."""
    wrote, members = set(frame.answers["wrote"]), frame.answers["members"]
    rows = [
        Behind(one.display_name, one.pk in wrote, detail=one.profession_name.capitalize()) for one in members
    ]
    return Measured(share(sum(row.counts for row in rows), len(rows)), rows)
