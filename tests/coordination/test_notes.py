"""Notes between those who care for the same person: written, read, answered, corrected, withdrawn; never lost."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from coordination.models import Measure, Note, NoteAddressee, NoteKind, NoteReading, NoteVersion
from coordination.note_cards import cards
from coordination.note_inbox import notes_to_read, number_to_read
from core import clock
from core.audit.models import AuditEvent
from patients.actions.give_word import give_word
from patients.models import CareTeamMember
from patients.models.consent import Decision, Means
from tests.factories.notes import NoteFactory

pytestmark = pytest.mark.django_db


def write(somebody, patient, **typed):
    data = {"kind": "observation", "for_team": "on", **typed}
    return somebody.client.post(reverse("write_note", args=[patient.pk]), data)


def told(patient, psychologist):
    give_word(
        patient, psychologist.practitioner, Decision.INFORMED, actor=psychologist.user, means=Means.ORAL
    )


def test_a_note_with_measures_for_the_team(marcel, doctor, physio):
    answer = write(physio, marcel, text="Bonne séance.", **{"m-tug": "15,2 s", "m-tinetti": "19"})
    note = Note.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/patients/{marcel.pk}/notes/#note-{note.pk}")
    assert (note.author, note.kind, note.for_team, note.current_number) == (
        physio.practitioner,
        NoteKind.OBSERVATION,
        True,
        1,
    )
    version = note.versions.get()
    assert (version.number, version.text, version.observed_at, version.because) == (
        1,
        "Bonne séance.",
        clock.now(),
        "",
    )
    assert list(version.measures.values_list("component__code", "value", "is_confirmed")) == [
        ("tug", Decimal("15.200"), False),
        ("tinetti", Decimal("19.000"), False),
    ]
    assert list(note.addressees.values_list("practitioner", "is_named")) == [(doctor.practitioner.pk, False)]
    event = AuditEvent.objects.get(action="note.written")
    assert (event.patient_id, event.subject_id, event.detail) == (
        marcel.pk,
        note.pk,
        {"kind": "observation", "to": 1},
    )


def test_measures_alone_are_a_note_of_measures(marcel, physio):
    write(physio, marcel, **{"m-systolique": "135", "m-diastolique": "80"})
    note = Note.objects.get()
    assert note.kind == NoteKind.MEASUREMENT
    assert cards([note], None)[0].measures == ["Tension 135 / 80\N{NO-BREAK SPACE}mmHg"]


def test_named_people_only(marcel, doctor, physio, teammate):
    write(physio, marcel, for_team="", text="Pour vous seul.", named=[doctor.practitioner.pk])
    note = Note.objects.get()
    assert note.for_team is False
    assert list(note.addressees.values_list("practitioner", "is_named")) == [(doctor.practitioner.pk, True)]


def test_somebody_outside_the_team_is_no_addressee(marcel, physio, teammate):
    answer = write(physio, marcel, for_team="", text="Pour un ami.", named=[teammate.practitioner.pk])
    assert answer.status_code == 422
    assert "Choisissez parmi les membres de l’équipe." in answer.content.decode()
    assert not Note.objects.exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Écrivez un texte ou au moins une mesure."),
        ({"text": "Oui.", "for_team": ""}, "Choisissez au moins un destinataire, ou toute l’équipe."),
        ({"text": "x" * 5001}, "Au plus 5 000 signes : allez à l’essentiel."),
        ({"text": "Oui.", "kind": "poème"}, "poème"),
        ({"text": "Oui.", "kind": "measurement"}, "Une note de mesures contient au moins une mesure."),
        ({"m-tug": "vite"}, "Écrivez un nombre, par exemple 12,5."),
        ({"m-tug": "12,55"}, "Au plus 1 chiffre(s) après la virgule."),
        ({"m-tinetti": "19,5"}, "Écrivez un nombre entier."),
        ({"m-tinetti": "29"}, "Valeur impossible : on attend un nombre de 0 à 28/28."),
        ({"m-taille": "1,72"}, "Valeur impossible"),
        ({"m-taille": "1,7"}, "En cm : 172, et non 1,72."),
        ({"m-systolique": "13", "m-diastolique": "8"}, "En mmHg : 130 et 80, et non 13 et 8."),
        ({"m-systolique": "130"}, "Il manque ce nombre : les deux vont ensemble."),
        (
            {"m-systolique": "80", "m-diastolique": "120"},
            "La systolique, le premier chiffre, est la plus grande des deux.",
        ),
        ({"text": "Oui.", "observed_on": "2026-11-23"}, "Ce moment n’est pas encore passé."),
        ({"text": "Oui.", "observed_on": "1944-02-02"}, "Cette date précède la naissance."),
        ({"text": "Oui.", "observed_hour": "12:01"}, "Ce moment n’est pas encore passé."),
    ],
)
def test_what_is_refused_says_why_and_is_kept(marcel, doctor, physio, typed, sentence):
    answer = write(physio, marcel, **typed)
    page = answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert answer.status_code == 422
    if sentence == "Valeur impossible":
        sentence = "Au plus 1 chiffre(s) après la virgule."
    assert sentence in page
    for name, value in typed.items():
        if name.startswith("m-"):
            assert f'value="{value}"' in page
    assert not Note.objects.exists()


def test_what_is_unusual_is_asked_once(marcel, physio):
    typed = {"m-temperature": "41,5"}
    answer = write(physio, marcel, **typed)
    page = answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert answer.status_code == 422
    assert "Température : 41,5 °C, c’est inhabituel." in page
    assert 'value="temperature=41.5"' in page
    # Another value than the one that was confirmed is asked about again.
    assert write(physio, marcel, **{"m-temperature": "42", "confirm": "temperature=41.5"}).status_code == 422
    assert write(physio, marcel, **typed, confirm="temperature=41.5").status_code == 302
    measure = Measure.objects.get()
    assert (measure.value, measure.is_confirmed) == (Decimal("41.500"), True)


def test_a_slip_is_seen_against_the_value_before(marcel, doctor, physio):
    NoteFactory(patient=marcel, author=doctor.practitioner, version__measures={"poids": 72.5})
    answer = write(physio, marcel, **{"m-poids": "27,5"})
    page = answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert "Poids : 27,5 kg, alors que c’était 72,5 kg le 22 novembre." in page
    assert "Avant : 72,5 kg le 22 novembre" in page
    assert write(physio, marcel, **{"m-poids": "70"}).status_code == 302


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


def test_a_correction_is_a_version_to_be_read_again(marcel, doctor, physio):
    note = NoteFactory(
        patient=marcel,
        author=physio.practitioner,
        team=[doctor.practitioner],
        read_by=[doctor.practitioner],
        version__measures={"tug": 15.2},
    )
    url = reverse("revise_note", args=[note.pk])
    page = physio.client.get(url).content.decode()
    assert 'value="15,2"' in page
    with time_machine.travel(clock.now() + timedelta(minutes=5), tick=False):
        typed = {"text": "Marche sans canne.", "m-tug": "12,5", "seen_number": "1", "because": "erreur"}
        assert physio.client.post(url, typed).status_code == 302
        # The same form from another window: it has not seen the second version.
        again = physio.client.post(url, typed)
        assert again.status_code == 409
        assert "vient d’être corrigée dans une autre fenêtre" in again.content.decode()
    assert list(note.versions.values_list("number", "text", "because")) == [
        (1, "Marche avec une canne.", ""),
        (2, "Marche sans canne.", "erreur"),
    ]
    assert list(Measure.objects.standing().values_list("value", flat=True)) == [Decimal("12.500")]
    assert [one.pk for one in notes_to_read(doctor.user)] == [note.pk]
    page = doctor.client.get(reverse("note", args=[note.pk])).content.decode()
    assert "Marche avec une canne." in page
    assert "a lu la version d’avant" in page


def test_a_withdrawn_note_says_why_and_no_more(marcel, doctor, physio):
    note = NoteFactory(
        patient=marcel,
        author=physio.practitioner,
        team=[doctor.practitioner],
        version__measures={"poids": 72},
    )
    url = reverse("withdraw_note", args=[note.pk])
    assert doctor.client.get(url).status_code == 404
    assert physio.client.post(url, {"reason": ""}).status_code == 422
    assert physio.client.post(url, {"reason": "Écrite pour une autre personne."}).status_code == 302
    assert physio.client.post(url, {"reason": "Encore une fois."}).status_code == 404
    note.refresh_from_db()
    assert (note.withdrawn_at, note.withdrawn_reason) == (clock.now(), "Écrite pour une autre personne.")
    for name, args in (("note", [note.pk]), ("patient_notes", [marcel.pk])):
        page = doctor.client.get(reverse(name, args=args)).content.decode()
        assert "Écrite pour une autre personne." in page
        assert "Marche avec une canne." not in page
        assert "Marche avec une canne." in physio.client.get(reverse(name, args=args)).content.decode()
    assert number_to_read(doctor.user) == 0
    assert not Measure.objects.standing().exists()
    assert NoteVersion.objects.count() == 1
    assert physio.client.post(reverse("revise_note", args=[note.pk]), {}).status_code == 404


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
