"""Notes between those who care for the same person: who reads them, what a reading leaves, who is offered them."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from coordination.models import Note, NoteAddressee, NoteReading
from coordination.note_inbox import notes_to_read, number_to_read
from core import clock
from core.audit.models import AuditEvent
from patients.actions.give_word import give_word
from patients.models import CareTeamMember
from patients.models.consent import Decision, Means
from tests.coordination.notes_story import write
from tests.factories.notes import NoteFactory

pytestmark = pytest.mark.django_db


def told(patient, psychologist):
    give_word(
        patient, psychologist.practitioner, Decision.INFORMED, actor=psychologist.user, means=Means.ORAL
    )


def test_the_addressee_reads_and_the_author_sees_it(marcel, doctor, physio):
    write(physio, marcel, text="Il a peur de tomber.", named=[doctor.practitioner.pk])
    note = Note.objects.get()
    page, inbox = reverse("note", args=[note.pk]), reverse("note_inbox")
    assert number_to_read(doctor.user) == 1
    assert str(marcel) in doctor.client.get(inbox).content.decode()
    # Looking writes no receipt: a browser that fetches ahead has not read.
    assert "Il a peur de tomber." in doctor.client.get(page).content.decode()
    assert not NoteReading.objects.exists()
    opened = AuditEvent.objects.filter(action="patient.opened").count()
    with time_machine.travel(clock.now() + timedelta(minutes=10), tick=False):
        answer = doctor.client.post(reverse("mark_note_read", args=[note.pk]))
        doctor.client.post(reverse("mark_note_read", args=[note.pk]))
    assert answer["Location"] == page
    reading = NoteReading.objects.get()
    assert (reading.version.number, reading.practitioner) == (1, doctor.practitioner)
    assert AuditEvent.objects.filter(action="patient.opened").count() == opened
    assert AuditEvent.objects.get(action="patient.opened_note").detail == {"version": 1}
    assert number_to_read(doctor.user) == 0
    assert "Lu par" in physio.client.get(page).content.decode()
    assert "Vandamme" in physio.client.get(page).content.decode().split("Lu par")[1]


def test_the_receipt_as_a_fragment(marcel, doctor, physio):
    note = NoteFactory(patient=marcel, author=physio.practitioner, team=[doctor.practitioner])
    answer = doctor.client.post(reverse("mark_note_read", args=[note.pk]), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()
    assert "Lu par" in answer.content.decode()


def test_somebody_who_was_not_asked_leaves_no_receipt(marcel, doctor, physio, teammate):
    note = NoteFactory(patient=marcel, author=physio.practitioner, to=[doctor.practitioner], for_team=False)
    CareTeamMember.objects.create(patient=marcel, practitioner=teammate.practitioner, reason="referral")
    assert teammate.client.get(reverse("note", args=[note.pk])).status_code == 200
    teammate.client.post(reverse("mark_note_read", args=[note.pk]))
    assert not NoteReading.objects.exists()


def test_an_answer_reads_what_it_answers(marcel, doctor, physio):
    asked = NoteFactory(patient=marcel, author=physio.practitioner, team=[doctor.practitioner])
    url = reverse("write_note", args=[marcel.pk]) + f"?reponse={asked.pk}"
    page = doctor.client.get(url).content.decode()
    assert "Marche avec une canne." in page
    assert f'value="{physio.practitioner.pk}"' in page
    answer = doctor.client.post(
        url, {"kind": "instruction", "text": "Continuez.", "named": [physio.practitioner.pk]}
    )
    assert answer.status_code == 302
    reply = Note.objects.get(in_reply_to=asked)
    assert (reply.kind, reply.author, reply.for_team) == ("instruction", doctor.practitioner, False)
    assert NoteReading.objects.get().version.note == asked
    assert "Continuez." in physio.client.get(reverse("note", args=[asked.pk])).content.decode()


def all_pages(note):
    return [
        reverse(name, args=[note.patient_id]) for name in ("patient_notes", "write_note", "patient_measures")
    ] + [reverse(name, args=[note.pk]) for name in ("note", "revise_note", "withdraw_note")]


def test_for_all_others_none_of_it_exists(marcel, doctor, physio, teammate, owner, outsider, secretary):
    note = NoteFactory(patient=marcel, author=physio.practitioner, team=[doctor.practitioner])
    for client in (teammate.client, owner.client, outsider.client, secretary):
        assert [client.get(page).status_code for page in all_pages(note)] == [404] * 6
        assert client.post(reverse("mark_note_read", args=[note.pk])).status_code == 404
    assert [secretary.get(reverse("note_inbox")).status_code] == [404]
    assert owner.client.get(reverse("note_inbox")).status_code == 404
    # Of two colleagues who both read, only the author writes in it.
    assert [doctor.client.get(page).status_code for page in all_pages(note)] == [200] * 4 + [404] * 2


def test_a_psychologist_reads_what_names_him_and_nothing_else(marcel, doctor, physio, psychologist):
    told(marcel, psychologist)
    general = NoteFactory(patient=marcel, author=physio.practitioner, version__measures={"tug": 15})
    for_him = NoteFactory(patient=marcel, author=doctor.practitioner, to=[psychologist.practitioner])
    write(psychologist, marcel, text="Il dort mieux.")
    his = Note.objects.get(author=psychologist.practitioner)
    # Written « for the team » reaches the health professionals; he is addressed by name only.
    write(doctor, marcel, text="Pour l’équipe.")
    assert set(his.addressees.values_list("practitioner", flat=True)) == {
        doctor.practitioner.pk,
        physio.practitioner.pk,
    }
    assert not NoteAddressee.objects.filter(practitioner=psychologist.practitioner, is_named=False).exists()
    assert psychologist.client.get(reverse("note", args=[for_him.pk])).status_code == 200
    assert psychologist.client.get(reverse("note", args=[general.pk])).status_code == 404
    page = psychologist.client.get(reverse("patient_notes", args=[marcel.pk])).content.decode()
    assert "Il dort mieux." in page
    assert f"note-{general.pk}" not in page
    assert "TUG" not in psychologist.client.get(
        reverse("patient_measures", args=[marcel.pk])
    ).content.decode().replace("TUG, Tinetti…", "")
    assert [note.pk for note in notes_to_read(psychologist.user)] == [for_him.pk]


def test_a_psychologist_of_whom_the_patient_was_not_told_is_not_offered(marcel, doctor, psychologist):
    page = reverse("write_note", args=[marcel.pk])
    assert "Salomé" not in doctor.client.get(page).content.decode()
    told(marcel, psychologist)
    assert "ne lit que ce qui lui est adressé" in doctor.client.get(page).content.decode()


def test_who_no_longer_cares_for_him_is_asked_nothing(marcel, doctor, physio):
    note = NoteFactory(patient=marcel, author=doctor.practitioner, to=[physio.practitioner])
    assert [one.pk for one in notes_to_read(physio.user)] == [note.pk]
    give_word(marcel, physio.practitioner, Decision.OPPOSES, actor=doctor.user, means=Means.ORAL)
    assert list(notes_to_read(physio.user)) == []
    assert physio.client.post(reverse("mark_note_read", args=[note.pk])).status_code == 404


def test_as_many_queries_for_thirty_as_for_one(
    marcel, doctor, physio, django_assert_max_num_queries, django_assert_num_queries
):
    def fill(count):
        for _number in range(count):
            NoteFactory(
                patient=marcel,
                author=physio.practitioner,
                to=[doctor.practitioner],
                version__measures={"tug": 15, "poids": 72},
            )

    pages = [reverse(name, args=[marcel.pk]) for name in ("patient_notes", "patient_measures")]
    pages.append(reverse("note_inbox"))
    fill(1)
    counts = {}
    for page in pages:
        doctor.client.get(page)
        with django_assert_max_num_queries(40) as found:
            doctor.client.get(page)
        counts[page] = len(found)
    fill(29)
    for page in pages:
        with django_assert_num_queries(counts[page]):
            doctor.client.get(page)
