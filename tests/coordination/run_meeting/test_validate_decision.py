"""What was decided is validated: versions, tasks and papers, who may have them, corrections, the year in numbers."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from django.db import ProgrammingError, transaction
from django.urls import reverse

from coordination.actions.agenda import note_item_consent
from coordination.actions.close_meeting import NobodyCame, SheetIncomplete, close_meeting, correct_sheet
from coordination.actions.run_meeting import NotOpen
from coordination.meeting_counts import count_year
from coordination.minutes_pdf import masked
from coordination.models import DecisionSheet, Minutes, SheetAction, Task
from coordination.timeline import source_of
from patients.models import Patient
from patients.models.consent import Means
from tests import export
from tests.cast import make_doctor, sign_in
from tests.coordination.meeting_cast import NOON, make_desk, opened
from tests.coordination.run_meeting.conftest import held, line, write
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db


def test_validation_makes_versions_tasks_and_papers(table, item, owner, doctor, teammate):
    meeting = held(table, item, doctor, teammate)
    assert (meeting.state, meeting.closed_by) == ("closed", doctor.user)
    sheet = DecisionSheet.objects.get()
    assert (sheet.version, sheet.validated_by, len(sheet.content_hash)) == (1, doctor.user, 64)
    task = Task.objects.get()
    assert (task.owner, task.title, task.due_on, task.patient, task.source_type, task.source_id) == (
        teammate.user,
        "Appeler la fille",
        date(2026, 12, 8),
        owner.patient,
        "coordination.meetingitem",
        item.pk,
    )
    assert SheetAction.objects.get().task == task
    papers = Minutes.objects.order_by("kind").values_list("kind", "version")
    assert list(papers) == [("anonymous", 1), ("patient", 1), ("whole", 1)]
    for paper in Minutes.objects.all():
        assert bytes(paper.content).startswith(b"%PDF")
        assert hashlib.sha256(bytes(paper.content)).hexdigest() == paper.content_hash
    with table.at_the_table():
        assert close_meeting(table.meeting, actor=doctor.user).closed_at == meeting.closed_at
    source = source_of("meeting")
    assert source is not None
    [entry] = source.entries(list(source.rows(owner.patient, None).values_list("pk", flat=True)))
    assert (entry.summary, entry.at, entry.url) == (
        "Kinésithérapie.",
        NOON,
        reverse("meeting_item", args=[item.pk]),
    )
    [taken] = export.rows_of("meetings", owner.patient)
    assert (taken["met_at"], taken["decision"], taken["actions"]) == (
        NOON,
        "Kinésithérapie.",
        [f"Appeler la fille · {teammate.user} · 2026-12-08"],
    )


def test_what_is_validated_is_never_written_over(table, item, doctor, teammate):
    held(table, item, doctor, teammate)
    with pytest.raises(ProgrammingError), transaction.atomic():
        DecisionSheet.objects.update(decision="Autre chose")
    with pytest.raises(ProgrammingError), transaction.atomic():
        Minutes.objects.update(content=b"")
    with pytest.raises(NotOpen), table.at_the_table():
        write(item, doctor, decision="Autre chose")


def test_a_correction_is_another_version(table, item, doctor, teammate):
    held(table, item, doctor, teammate)
    url = reverse("correct_item", args=[item.pk])
    assert teammate.client.get(url).status_code == 404
    assert doctor.client.get(url).status_code == 200
    with table.at_the_table():
        sheet = correct_sheet(
            item,
            actor=doctor.user,
            why="Oubli",
            summary="Deux chutes",
            decision="Kinésithérapie et IDE.",
            next_review=None,
            is_shared=True,
            plan=[line(teammate), line(doctor, "Écrire au CLIC")],
        )
    assert (sheet.version, sheet.why) == (2, "Oubli")
    assert list(DecisionSheet.objects.order_by("version").values_list("decision", flat=True)) == [
        "Kinésithérapie.",
        "Kinésithérapie et IDE.",
    ]
    assert list(Task.objects.order_by("pk").values_list("title", flat=True)) == [
        "Appeler la fille",
        "Écrire au CLIC",
    ]
    kinds = Minutes.objects.order_by("kind", "version").values_list("kind", "version", "sheet__version")
    assert list(kinds) == [
        ("anonymous", 1, None),
        ("patient", 1, 1),
        ("patient", 1, 2),
        ("whole", 1, None),
        ("whole", 2, None),
    ]


def test_an_incomplete_sheet_says_what_is_missing(table, item, doctor, teammate):
    opened(table)
    with table.at_the_table():
        write(item, doctor, decision=" ")
        with pytest.raises(SheetIncomplete, match="Point 1"):
            close_meeting(table.meeting, actor=doctor.user)
        write(item, doctor, plan=[{"title": "Appeler", "owner": "", "due_on": ""}])
        answer = sign_in(doctor.user).post(reverse("close_meeting", args=[table.meeting.pk]))
        assert answer.status_code == 409
        assert "« quoi »" in answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")
        table.meeting.members.update(presence="")
        with pytest.raises(NobodyCame):
            close_meeting(table.meeting, actor=doctor.user)
    assert (Task.objects.count(), Minutes.objects.count()) == (0, 0)


def test_only_the_chair_validates(table, item, doctor, teammate):
    opened(table)
    with table.at_the_table():
        for who in (teammate, table.visitor, make_desk()):
            client = sign_in(who.user)
            assert client.post(reverse("close_meeting", args=[table.meeting.pk])).status_code == 404


def test_the_papers_and_who_may_have_them(table, item, owner, outsider, doctor, teammate):
    consenting = table.visitor
    note_item_consent(item, consenting.practitioner, means=Means.WRITTEN, actor=doctor.user)
    held(table, item, doctor, teammate)
    desk = make_desk()
    stranger = make_doctor("Autre")
    by_kind = {paper.kind: reverse("minutes", args=[paper.pk]) for paper in Minutes.objects.all()}
    reached = {
        kind: {
            name
            for name, who in {
                "chair": doctor,
                "mate": teammate,
                "visitor": consenting,
                "desk": desk,
                "stranger": stranger,
                "owner": owner,
            }.items()
            if who.client.get(url).status_code == 200
        }
        for kind, url in by_kind.items()
    }
    assert reached == {
        "whole": {"chair", "mate"},
        "anonymous": {"chair", "mate", "desk", "stranger"},
        "patient": {"chair", "mate", "visitor"},
    }
    mine = reverse("my_decision", args=[item.pk])
    assert owner.client.get(mine)["Content-Type"] == "application/pdf"
    assert outsider.client.get(mine).status_code == 404
    page = owner.client.get(reverse("my_meetings")).content.decode()
    assert "Kinésithérapie." in page


def test_what_must_be_said_first_is_not_read_before(table, item, owner, doctor, teammate):
    held(table, item, doctor, teammate, is_shared=False)
    assert owner.client.get(reverse("my_decision", args=[item.pk])).status_code == 404
    assert "de vive voix" in owner.client.get(reverse("my_meetings")).content.decode()


def test_small_numbers_leave_the_house_masked():
    assert [masked(number) for number in (0, 1, 4, 5, 12)] == ["0", "moins de 5", "moins de 5", "5", "12"]


def test_the_year_in_numbers(table, item, owner, doctor, teammate):
    Patient.objects.filter(pk=owner.patient.pk).update(attending_doctor=doctor.practitioner)
    for _one in range(3):
        PatientFactory(attending_doctor=doctor.practitioner)
    held(table, item, doctor, teammate)
    count = count_year(2026)
    assert (len(count.meetings), count.patients, count.list_size, str(count.rate)) == (1, 1, 4, "25.00")
    [line] = count.professions
    assert (line.name, line.invited, line.present) == ("médecin généraliste", 3, 3)
    assert count_year(2025).meetings == []
    assert doctor.client.get(reverse("meeting_year"), {"annee": "2026"}).status_code == 200
