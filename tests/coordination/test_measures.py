"""What measures say: against the one before, against a threshold, together; drawn from a table."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from coordination.access import Reader
from coordination.measure_charts import chart_of
from coordination.measures import courses_of, offered_kinds
from coordination.models import (
    Measure,
    MeasureComponent,
    MeasureKind,
    MeasureLimits,
    MeasureThreshold,
    NoteVersion,
)
from core import clock
from tests.factories.notes import NoteFactory
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db
NBSP = "\N{NO-BREAK SPACE}"


def measured(patient, author, days_ago, **values):
    with time_machine.travel(clock.now() - timedelta(days=days_ago), tick=False):
        return NoteFactory(
            patient=patient,
            author=author.practitioner,
            kind="measurement",
            version__words={"text": ""},
            version__measures={name.replace("_", "-"): value for name, value in values.items()},
        )


def courses(patient, somebody):
    return courses_of(patient, Reader(somebody.user, somebody.practitioner))


def course(patient, somebody, code):
    return next(one for one in courses(patient, somebody) if one.kind.code == code)


def test_the_trend_and_the_threshold_of_a_balance_test(marcel, doctor, physio):
    measured(marcel, physio, 30, tug=18.4, tinetti=17)
    measured(marcel, physio, 9, tug=13.5, tinetti=21)
    tug, tinetti = course(marcel, doctor, "tug"), course(marcel, doctor, "tinetti")
    assert (tug.last_text, tug.trend, tug.meaning) == (f"13,5{NBSP}s", f"−4,9{NBSP}s en 21 jours", "")
    assert [tug.crossed(point) for point in tug.points] == [["risque de chute"], []]
    assert (tinetti.last_text, tinetti.trend, tinetti.meaning) == (
        "21/28",
        "+4 pts en 21 jours",
        "risque de chute",
    )
    assert tinetti.crossed(tinetti.points[0]) == ["risque de chute élevé"]


def test_two_numbers_are_one_entry(marcel, doctor):
    measured(marcel, doctor, 2, systolique=150, diastolique=85)
    measured(marcel, doctor, 1, systolique=138, diastolique=85)
    tension = course(marcel, doctor, "tension")
    assert (tension.last_text, tension.trend) == (f"138 / 85{NBSP}mmHg", f"−12 / ={NBSP}mmHg en un jour")
    assert [tension.crossed(point) for point in tension.points] == [["tension élevée au cabinet"], []]


def test_the_index_follows_from_weight_and_height(marcel, doctor):
    measured(marcel, doctor, 400, taille=172)
    measured(marcel, doctor, 30, poids=64)
    measured(marcel, doctor, 1, poids=70)
    index = course(marcel, doctor, "imc")
    assert [point.values[0] for point in index.points] == [Decimal("21.6"), Decimal("23.7")]
    # At his age less than 22 is looked at, at fifty it would not be.
    assert [index.crossed(point) for point in index.points] == [["dénutrition à rechercher"], []]
    assert not Measure.objects.filter(component__kind__code="imc").exists()


def test_a_child_outgrows_its_height(doctor):
    child = PatientFactory(birth_date=date(2018, 5, 2), attending_doctor=doctor.practitioner)
    measured(child, doctor, 300, taille=110, poids=20)
    measured(child, doctor, 1, poids=25)
    assert len(course(child, doctor, "imc").points) == 1


def test_a_correction_replaces_and_a_withdrawal_removes(marcel, doctor):
    note = measured(marcel, doctor, 3, poids=27)
    version = NoteVersion.objects.create(note=note, number=2, because="chiffres inversés")
    Measure.objects.create(
        version=version, component=MeasureComponent.objects.get(code="poids"), value=Decimal(72)
    )
    type(note).objects.filter(pk=note.pk).update(current_number=2)
    assert course(marcel, doctor, "poids").last_text == f"72,0{NBSP}kg"
    type(note).objects.filter(pk=note.pk).update(withdrawn_at=clock.now(), withdrawn_reason="autre personne")
    assert courses(marcel, doctor) == []


def test_the_table_is_what_is_drawn(marcel, doctor, physio):
    measured(marcel, physio, 30, tug=18.4)
    note = measured(marcel, physio, 9, tug=12)
    chart = chart_of(course(marcel, doctor, "tug"))
    assert [(row.label, row.cells[0].text, row.cells[0].plain, row.note) for row in chart.rows] == [
        (f"23{NBSP}octobre 2026", "18,4", "18.400", "risque de chute"),
        (f"13{NBSP}novembre 2026", "12,0", "12.000", ""),
    ]
    assert chart.rows[1].url == reverse("note", args=[note.pk])
    assert [(line.label, line.plain) for line in chart.lines] == [
        (f"au-dessus de 13,5{NBSP}s{NBSP}: risque de chute", "13.500")
    ]
    page = doctor.client.get(reverse("patient_measures", args=[marcel.pk])).content.decode()
    assert page.count('data-value="18.400"') == 1
    assert f'data-at="{round((clock.now() - timedelta(days=9)).timestamp() * 1000)}"' in page
    # Without script there is a table and no empty frame.
    assert 'class="chart-picture" hidden' in page


def test_nothing_measured_says_how_to_begin(marcel, doctor):
    page = doctor.client.get(reverse("patient_measures", args=[marcel.pk])).content.decode()
    assert "Aucune mesure" in page


def test_limits_hold_from_a_day_to_a_day(db):
    component = MeasureComponent.objects.get(code="tug")
    row = component.limits.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        MeasureLimits.objects.create(
            component=component, least=0, usual_least=1, usual_most=2, most=3, since=date(2026, 1, 1)
        )
    row.until = date(2025, 12, 31)
    row.save()
    MeasureLimits.objects.create(
        component=component, least=0, usual_least=1, usual_most=2, most=3, since=date(2026, 1, 1)
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        MeasureLimits.objects.filter(since=date(2026, 1, 1)).update(usual_most=4)


def test_a_threshold_of_the_past_is_not_drawn(marcel, doctor):
    measured(marcel, doctor, 1, tug=20)
    MeasureThreshold.objects.filter(component__code="tug").update(until=clock.today() - timedelta(days=1))
    assert course(marcel, doctor, "tug").meaning == ""


def test_a_kind_that_is_no_longer_offered_stays_in_the_record(marcel, doctor):
    measured(marcel, doctor, 1, tug=12)
    MeasureKind.objects.filter(code="tug").update(until=clock.today() - timedelta(days=1))
    assert "tug" not in [kind.code for kind in offered_kinds()]
    assert course(marcel, doctor, "tug").last_text == f"12,0{NBSP}s"
