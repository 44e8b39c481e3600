"""What the patient closed to a colleague is closed wherever it can be read, whatever its kind."""

from __future__ import annotations

import pytest
from django.urls import reverse

from coordination.access import Reader, open_record
from coordination.actions.change_document import replace_document
from coordination.actions.close_entry import close_entry
from coordination.models import Document, MeetingItem
from coordination.timeline import source_of, sources
from coordination.timeline_page import Wanted, authors_of, page_of
from core import clock
from core.audit.models import AuditEvent
from patients.actions.break_glass import break_glass
from patients.models import Patient
from tests import files
from tests.cast import Doctor, make_doctor
from tests.coordination.conftest import joins
from tests.coordination.entry_cases import CASES, NEVER, Team
from tests.factories.pathways import CarePathwayFactory
from tests.factories.referrals import sent_referral

pytestmark = pytest.mark.usefixtures("uploads")


@pytest.fixture
def team(doctor, marcel) -> Team:
    closed, mate = make_doctor("Fontaine"), make_doctor("Guérin")
    joins(marcel, closed)
    joins(marcel, mate)
    return Team(doctor, closed, mate)


def test_every_kind_is_here():
    """A new kind of the timeline says by what test its opposition holds, or that it cannot be closed."""
    kinds = sources(clinical=True)
    assert {source.kind for source in kinds if source.may_be_opposed} == set(CASES)
    assert {source.kind for source in kinds if not source.may_be_opposed} == NEVER


def close(kind: str, key: int, patient: Patient, team: Team, to: Doctor | None) -> None:
    source = source_of(kind)
    author = team.author.practitioner if source and source.author else None
    whom = to.practitioner if to else None
    close_entry(patient, kind, key, practitioner=whom, author=author, actor=team.author.user)


def on_timeline(somebody: Doctor, kind: str, key: int, patient: Patient) -> bool:
    _patient, reader = open_record(somebody.user, patient.pk)
    lines = page_of(patient, reader, Wanted(), size=100).lines
    return any((line.entry.kind, line.entry.pk) == (kind, key) for line in lines)


def answers(somebody: Doctor, pages: list[str]) -> set[int]:
    return {status_of(somebody, page) for page in pages}


def status_of(somebody: Doctor, page: str) -> int:
    answer = somebody.client.get(page)
    answer.getvalue()  # a file is closed once it was read
    return answer.status_code


@pytest.mark.parametrize("kind", CASES)
def test_closed_to_one_wherever_it_is_read(kind, marcel, team):
    case = CASES[kind]
    key = case.make(marcel, team)
    pages = case.pages(key, marcel)
    everybody = (team.author, team.closed, team.mate)
    read = {200} if pages else set()
    assert [answers(one, pages) for one in everybody] == [read, read, read]
    close(kind, key, marcel, team, team.closed)
    assert [answers(one, pages) for one in everybody] == [read, {404} if pages else set(), read]
    assert [on_timeline(one, kind, key, marcel) for one in everybody] == [True, False, True]


@pytest.mark.parametrize("kind", [kind for kind in CASES if kind != "workshop"])
def test_closed_to_all_but_its_author(kind, marcel, team):
    case = CASES[kind]
    key = case.make(marcel, team)
    pages = case.pages(key, marcel)
    close(kind, key, marcel, team, None)
    people = (team.author, team.closed, team.mate)
    assert [on_timeline(one, kind, key, marcel) for one in people] == [True, False, False]
    assert answers(team.author, pages) <= {200}
    assert answers(team.closed, pages) | answers(team.mate, pages) <= {404}


@pytest.mark.parametrize("kind", CASES)
def test_a_broken_glass_opens_it_and_leaves_a_line(kind, marcel, team):
    case = CASES[kind]
    key = case.make(marcel, team)
    close(kind, key, marcel, team, team.closed)
    break_glass(
        marcel, team.closed.practitioner, justification="Malaise dans la salle.", actor=team.closed.user
    )
    pages = case.pages(key, marcel) or [reverse("patient_record", args=[marcel.pk])]
    for number, page in enumerate(pages, start=1):
        assert status_of(team.closed, page) == 200
        lines = AuditEvent.objects.filter(patient_id=marcel.pk, action__endswith="_despite_opposition")
        assert [line.actor for line in lines] == [team.closed.user] * number


def test_parts_go_with_the_whole(marcel, team):
    """The end of a pathway is not read where the pathway is closed; nor is its author offered in the filter."""
    now = clock.now()
    pathway = CarePathwayFactory(
        patient=marcel,
        lead=team.author.practitioner,
        state="revoked",
        end_kind="moved",
        ended_at=now,
        ended_by=team.author.user,
    )
    assert on_timeline(team.closed, "pathway_end", pathway.pk, marcel)
    close("pathway", pathway.pk, marcel, team, team.closed)
    assert not on_timeline(team.closed, "pathway_end", pathway.pk, marcel)
    assert authors_of(marcel, Reader(team.closed.user, team.closed.practitioner)) == []
    board = team.closed.client.get(reverse("patient_pathways", args=[marcel.pk])).content.decode()
    assert reverse("care_pathway", args=[marcel.pk, pathway.pk]) not in board


def test_a_closed_referral_leaves_the_inbox(marcel, team):
    referral = sent_referral(marcel, team.author.practitioner, team.closed.practitioner)
    inbox = reverse("referrals")
    assert referral.subject in team.closed.client.get(inbox).content.decode()
    close("referral", referral.pk, marcel, team, team.closed)
    assert referral.subject not in team.closed.client.get(inbox).content.decode()


def test_a_decision_is_missing_on_the_page_of_its_meeting(marcel, team):
    key = CASES["meeting"].make(marcel, team)
    item = MeetingItem.objects.select_related("meeting").get(pk=key)
    page = reverse("meeting", args=[item.meeting_id])
    link = reverse("meeting_item", args=[key])
    assert link in team.closed.client.get(page).content.decode()
    close("meeting", key, marcel, team, team.closed)
    assert link not in team.closed.client.get(page).content.decode()


def test_a_newer_version_stays_closed(marcel, team):
    old = Document.objects.get(pk=CASES["document"].make(marcel, team))
    close("document", old.pk, marcel, team, team.closed)
    sent = files.sent(files.pdf(), "suite.pdf")
    new = replace_document(old, sent, note="", actor=team.author.user)
    assert answers(team.closed, [reverse("document", args=[marcel.pk, new.pk])]) == {404}
