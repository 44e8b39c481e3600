"""A note is written, refused, asked about, corrected and withdrawn; what was said is never lost."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from coordination.models import Measure, Note, NoteKind, NoteVersion
from coordination.note_cards import cards
from coordination.note_inbox import notes_to_read, number_to_read
from core import clock
from core.audit.models import AuditEvent
from tests.coordination.notes_story import write
from tests.factories.notes import NoteFactory

pytestmark = pytest.mark.django_db


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
