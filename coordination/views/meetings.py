"""The meetings of the team: the list, one of them, the year in numbers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest
from coordination import meeting_access as access
from coordination.actions import invite as inviting
from coordination.forms.meeting import InviteForm
from coordination.forms.meeting_item import ConsentForm
from coordination.meeting_access import Eyes, Reader
from coordination.meeting_counts import count_year
from coordination.meeting_followup import follow_up, is_late
from coordination.models import Answer, MeetingMember, MinutesKind, TeamMeeting
from core import clock
from core.refusal import Refusal

PER_PAGE = 40


@require_safe
def meetings(request: SignedInRequest) -> HttpResponse:
    """What comes, with my answer; what was held, with its minutes."""
    reader = access.reader_of(request.user)
    now = clock.now()
    rows = access.meetings_of(reader)
    seats: dict[int, MeetingMember] = {}
    if reader.practitioner is not None:
        mine = MeetingMember.objects.filter(practitioner=reader.practitioner, meeting__end_at__gt=now)
        seats = {seat.meeting_id: seat for seat in mine}
    coming = [
        (meeting, seats.get(meeting.pk)) for meeting in rows.coming(now).order_by("start_at", "pk")[:PER_PAGE]
    ]
    past = rows.exclude(pk__in=rows.coming(now).values("pk")).order_by("-start_at", "-pk")
    held = Paginator(past, PER_PAGE).get_page(request.GET.get("page"))
    context = {"coming": coming, "page": held, "reader": reader, "year": clock.today().year}
    return render(request, "coordination/meetings/meetings.html", context)


@require_safe
@cache_control(private=True, no_store=True)
def meeting(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who comes and the agenda, as this reader may see it."""
    reader = access.reader_of(request.user)
    found = access.get_meeting(reader, pk)
    return render(request, "coordination/meetings/meeting.html", page(reader, found))


def page(reader: Reader, found: TeamMeeting, sentence: str = "") -> dict[str, Any]:
    eyes = Eyes(reader, found)
    may_arrange = reader.may_arrange(found)
    can_change = found.state in ("planned", "open")
    agenda = eyes.agenda()
    papers = found.minutes.exclude(kind=MinutesKind.PATIENT).defer("content") if reader.is_inside else None
    return {
        "meeting": found,
        "reader": reader,
        "members": eyes.members,
        "seat": eyes.seat,
        "answers": [choice for choice in Answer.choices if choice[0] != Answer.WAITING],
        "agenda": agenda,
        "minutes_planned": sum(line.item.minutes for line in agenda if not line.item.is_blocked),
        "may_arrange": may_arrange and can_change,
        "may_run": eyes.may_run,
        "may_open": eyes.may_run and found.state == "planned" and found.start_at.date() <= clock.today(),
        "is_chair": reader.is_chair(found),
        "can_change": can_change,
        "invite_form": InviteForm(found) if may_arrange and can_change else None,
        "consent_form": ConsentForm(),
        "papers": papers,
        "follow_up": follow_up(reader, found, eyes.cared_for) if can_change else None,
        "late": is_late,
        "sentence": sentence,
        "today": clock.today(),
    }


@require_safe
def meeting_year(request: SignedInRequest) -> HttpResponse:
    """The numbers that the contract with the health insurance asks for."""
    reader = access.inside_reader(request.user)
    this_year = clock.today().year
    asked = request.GET.get("annee", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else this_year
    year = min(max(year, 2015), this_year + 1)
    context = {"count": count_year(year), "year": year, "this_year": this_year, "reader": reader}
    return render(request, "coordination/meetings/meeting_year.html", context)


@require_POST
def answer_meeting(request: SignedInRequest, pk: int) -> HttpResponse:
    reader = access.reader_of(request.user)
    found = access.get_meeting(reader, pk)
    seat = access.get_seat(reader, found)
    answer, note = request.POST.get("answer", ""), request.POST.get("note", "").replace("\x00", "")
    if seat is None:
        raise Http404
    if answer not in Answer or answer == Answer.WAITING:
        return _answer_again(request, reader, found, note, _("Dites si vous venez."))
    try:
        _seat, stranded = inviting.answer_invitation(seat, Answer(answer), actor=request.user, note=note)
    except Refusal as refusal:
        return _answer_again(request, reader, found, note, refusal.sentence)
    messages.success(request, _("Votre réponse est notée."))
    if stranded:
        messages.warning(
            request,
            _("Rendez-vous à replacer : %(number)s. Ils sont dans la liste « À replacer ».")
            % {"number": len(stranded)},
        )
    return redirect("meeting", pk)


def _answer_again(
    request: SignedInRequest, reader: Reader, found: TeamMeeting, note: str, sentence: str | Promise
) -> HttpResponse:
    context = page(reader, found, str(sentence))
    if context["seat"]:
        context["seat"].note = note
    return render(request, "coordination/meetings/meeting.html", context, status=422)


@require_POST
def invite_member(request: SignedInRequest, pk: int) -> HttpResponse:
    found = access.get_meeting_to_arrange(access.reader_of(request.user), pk)
    form = InviteForm(found, request.POST)
    if not form.is_valid():
        messages.error(request, _("Choisissez une personne de la liste."))
        return redirect("meeting", pk)
    try:
        inviting.invite(
            found, [form.cleaned_data["person"]], actor=request.user, required=form.cleaned_data["required"]
        )
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("L’invitation est partie."))
    return redirect((request.POST.get("retour") == "seance" and "run_meeting") or "meeting", pk)


@require_POST
def uninvite_member(request: SignedInRequest, pk: int, member: int) -> HttpResponse:
    found = access.get_meeting_to_arrange(access.reader_of(request.user), pk)
    seat = get_object_or_404(found.members.select_related("practitioner", "absence", "meeting"), pk=member)
    try:
        inviting.uninvite(seat, actor=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("Cette personne n’est plus invitée."))
    return redirect("meeting", pk)
