"""What was written stays as it was written, whoever asks and by whatever way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from coordination.actions.revise_note import AlreadyWithdrawn, CorrectedMeanwhile, revise_note, withdraw_note
from coordination.actions.write_note import Words
from coordination.models import (
    CarePlanActivity,
    CarePlanGoal,
    CarePlanProblem,
    Measure,
    Note,
    NoteAddressee,
    NoteReading,
    NoteVersion,
)
from core import clock
from tests.factories.notes import NoteFactory, usual_measures
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def note(sunday):
    reader = PractitionerFactory()
    return NoteFactory(to=[reader], read_by=[reader], version__measures={"tug": 15})


@pytest.mark.parametrize("model", [NoteVersion, NoteAddressee, NoteReading, Measure])
def test_nothing_of_it_is_changed_or_taken_away(note, model):
    before = list(model.objects.values_list())
    assert before
    name = next(field.name for field in model._meta.concrete_fields if not field.primary_key)
    for change in (
        lambda: model.objects.update(**{name: getattr(model.objects.get(), name)}),
        lambda: model._base_manager.all()._raw_delete("default"),
        lambda: model.objects.get().save(),
    ):
        with pytest.raises(ProgrammingError, match="kept as they were written"), transaction.atomic():
            change()
    assert list(model.objects.values_list()) == before


def test_the_lines_of_a_plan_are_guarded_as_well(db):
    """Each table by its own trigger (a plan is written in test_care_plan)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%_kept'")
        guarded = {row[0] for row in cursor.fetchall()}
    models = [
        CarePlanProblem,
        CarePlanGoal,
        CarePlanActivity,
        NoteVersion,
        NoteAddressee,
        NoteReading,
        Measure,
        Note,
    ]
    assert {model._meta.db_table for model in models} <= guarded


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "instruction"},
        {"for_team": False},
        {"current_number": 3},
        {"written_at": clock.at(clock.today(), clock.local(clock.now()).time())},
    ],
)
def test_an_envelope_keeps_its_address(note, change):
    with pytest.raises(ProgrammingError, match="versions and a withdrawal"), transaction.atomic():
        Note.objects.filter(pk=note.pk).update(**change)
    with pytest.raises(ProgrammingError, match="versions and a withdrawal"), transaction.atomic():
        Note._base_manager.filter(pk=note.pk)._raw_delete("default")


def test_a_withdrawal_is_final(note):
    withdraw_note(note, actor=None, reason="Mauvais dossier.")
    for change in ({"withdrawn_at": None, "withdrawn_reason": ""}, {"withdrawn_reason": "Autre."}):
        with pytest.raises(ProgrammingError), transaction.atomic():
            Note.objects.filter(pk=note.pk).update(**change)
    with pytest.raises(AlreadyWithdrawn):
        withdraw_note(note, actor=None, reason="Encore.")
    with pytest.raises(AlreadyWithdrawn):
        revise_note(note, Words("Autre."), actor=None, because="pour voir", seen_number=1)


def test_the_patient_of_a_note_moves_with_his_record(note):
    """Two records of one person are joined: the envelope follows, the words do not change."""
    from tests.factories.patients import PatientFactory

    other = PatientFactory()
    Note.objects.filter(pk=note.pk).update(patient=other)
    assert Note.objects.get().patient == other


def test_a_version_without_a_reason_or_from_the_future_is_refused(note):
    for words in (
        {"number": 2, "because": ""},
        {"number": 1, "because": "deux fois la même"},
        {"number": 2, "because": "trop tôt", "observed_at": clock.now() + timedelta(hours=1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            NoteVersion.objects.create(note=note, text="Autre.", **words)


WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=40)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("revise"), WORDS),
        st.tuples(st.just("stale"), WORDS),
        st.tuples(st.just("withdraw"), WORDS),
        st.tuples(st.just("sql"), st.sampled_from(["text = 'x'", "number = number + 7", "because = ''"])),
        st.tuples(st.just("delete"), st.just("")),
    ),
    max_size=8,
)


class HistoryTest(TestCase):
    @settings(max_examples=60)
    @given(WORDS, STEPS)
    def test_no_history_of_gestures_changes_a_version(self, first: str, steps: list[tuple[str, str]]) -> None:
        usual_measures()
        self.enterContext(time_machine.travel(clock.now(), tick=False))
        note = NoteFactory(version__words={"text": first})
        written, is_withdrawn = [first], False
        for step, words in steps:
            number = len(written)
            if step == "revise" and not is_withdrawn:
                revise_note(note, Words(words), actor=None, because="corrigé", seen_number=number)
                written.append(words)
            elif step == "stale" and not is_withdrawn and number > 1:
                with pytest.raises(CorrectedMeanwhile):
                    revise_note(note, Words(words), actor=None, because="corrigé", seen_number=number - 1)
            elif step == "withdraw" and not is_withdrawn:
                withdraw_note(note, actor=None, reason=words)
                is_withdrawn = True
            elif step in ("sql", "delete"):
                self._refused(note, step, words)
            assert self._versions(note) == list(enumerate(written, 1))
        note.refresh_from_db()
        assert (note.current_number, note.is_withdrawn) == (len(written), is_withdrawn)

    def _versions(self, note: Note) -> list[Any]:
        return list(NoteVersion.objects.filter(note=note).order_by("number").values_list("number", "text"))

    def _refused(self, note: Note, step: str, words: str) -> None:
        table = apps.get_model("coordination", "NoteVersion")._meta.db_table
        what = f"UPDATE {table} SET {words}" if step == "sql" else f"DELETE FROM {table}"
        with (
            pytest.raises(ProgrammingError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"{what} WHERE note_id = %s", [note.pk])
