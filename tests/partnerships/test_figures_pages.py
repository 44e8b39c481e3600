"""The pages of the figures, and what leaves the house."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from appointments.models import Status
from core import clock
from core.audit.models import AuditEvent
from core.formats.cells import safe
from partnerships.figures_columns import EXPECTED, NO_SHOW_RATE, NO_SHOWS
from partnerships.figures_masking import hidden, outgoing
from partnerships.figures_table import Line, Table, share
from partnerships.figures_themes import THEMES
from tests.factories.appointments import AppointmentFactory, OpeningFactory, VisitReasonFactory
from tests.factories.practitioners import PractitionerFactory, ProfessionFactory

OCTOBER = {"du": "2026-10-01", "au": "2026-10-31", "pour": "maison"}


@pytest.fixture
def october(sunday):
    """Ten visits of a doctor, two of them missed; six of a nurse; one patient each."""
    nurse = ProfessionFactory(slug="infirmier", name="infirmière", plural_name="=infirmiers")
    doctor = VisitReasonFactory()
    other = VisitReasonFactory(practitioner=PractitionerFactory(profession=nurse))
    monday = clock.day_bounds(date(2026, 10, 5))[0]
    for reason, number in ((doctor, 10), (other, 6)):
        start = monday + timedelta(hours=8)
        OpeningFactory(practitioner=reason.practitioner, start_at=start, end_at=start + timedelta(hours=4))
        for index in range(number):
            AppointmentFactory(
                reason=reason,
                start_at=start + timedelta(minutes=20 * index),
                status=Status.NO_SHOW if index < 2 and number == 10 else Status.FULFILLED,
                patient__birth_name="Introuvable",
                booked_at=start - timedelta(days=10),
            )


def page(client: Client, slug: str = "", **query: str) -> str:
    address = reverse("figures_theme", args=[slug]) if slug else reverse("figures")
    answer = client.get(address, OCTOBER | query)
    assert answer.status_code == 200
    return answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def test_every_theme_shows_its_tables(bureau, october):
    shown = page(bureau)
    assert "14 rendez-vous pour 14 personnes, dont 14 nouvelles ; rien à comparer avant." in shown
    assert "Médecins généralistes : 57,1 % des rendez-vous." in shown
    # 10 and 6 visits of 20 minutes in two openings of four hours.
    assert "66,7 % des 8 heures ouvertes ont été réservées ; rien à comparer avant." in page(
        bureau, "remplissage"
    )
    assert "La moitié en 10 jours au plus, neuf sur dix en 10 jours" in page(bureau, "delais")
    assert "2 absences sur 16 rendez-vous attendus, soit 12,5 %" in page(bureau, "absences")
    for theme in THEMES:
        assert "Introuvable" not in page(bureau, theme.slug)
    # Nothing counted: a sentence in the place of each table.
    empty = page(bureau, "absences", du="2026-09-01", au="2026-09-30")
    assert ("Aucun rendez-vous pointé." in empty, "<canvas" in empty) == (True, False)


def test_a_period_that_cannot_be_is_refused_with_what_was_typed(bureau, october):
    for query, sentence in (
        ({"du": "2026-10-31", "au": "2026-10-01"}, "La dernière date ne peut pas précéder la première."),
        ({"du": "2010-01-01"}, "Choisissez trois ans au plus."),
        ({"du": "1950-01-01"}, "Choisissez des dates entre 2000 et 2099."),
        ({"du": "demain"}, 'value="demain"'),
        ({"pour": "profession-999"}, "profession-999"),
    ):
        answer = bureau.get(reverse("figures"), OCTOBER | query)
        assert (answer.status_code, sentence in answer.content.decode()) == (422, True), query
    assert bureau.get(reverse("figures_theme", args=["inconnu"])).status_code == 404
    assert bureau.post(reverse("export_figures"), OCTOBER | {"au": "2026-09-01"}).status_code == 404
    assert bureau.post(reverse("export_figures"), OCTOBER | {"tableau": "inconnu"}).status_code == 404
    assert bureau.get(reverse("figures"), {"du": "2027-01-01", "au": "2027-12-31"}).status_code == 200


def test_a_page_asks_as_often_for_one_profession_as_for_ten(bureau, october, django_assert_max_num_queries):
    page(bureau)
    counts = []
    for number in range(2):
        for theme in THEMES:
            with django_assert_max_num_queries(15) as captured:
                page(bureau, theme.slug)
            counts.append(len(captured))
        if number == 0:
            for index in range(9):
                profession = ProfessionFactory(slug=f"p{index}", name=f"p{index}", plural_name=f"p{index}")
                reason = VisitReasonFactory(practitioner=PractitionerFactory(profession=profession))
                start = clock.day_bounds(date(2026, 10, 6))[0] + timedelta(hours=9)
                AppointmentFactory(reason=reason, start_at=start, status=Status.FULFILLED)
    assert counts[: len(THEMES)] == counts[len(THEMES) :]


def test_a_table_leaves_as_csv(bureau, coordinator, october):
    """Of two absents nothing is told, nor of the line from which they could be computed; a formula stays text."""
    answer = bureau.post(reverse("export_figures"), OCTOBER | {"tableau": "absences-par-profession"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == (
        'attachment; filename="absences-par-profession_2026-10-01_2026-10-31.csv"'
    )
    assert answer.content.startswith("\ufeff".encode())
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    heading = [
        "Du",
        "Au",
        "Pour",
        "Profession",
        "Absences (%)",
        "Absences (%), période d’avant",
        "Absents",
        "Attendus",
    ]
    start = ["2026-10-01", "2026-10-31", "Toute la maison"]
    assert rows[0][:8] == heading
    assert [row[:8] for row in rows[1:]] == [
        [*start, "'=infirmiers", "n. c.", "", "n. c.", "5"],
        [*start, "médecins généralistes", "n. c.", "", "n. c.", "10"],
        [*start, "Ensemble", "n. c.", "", "n. c.", "15"],
    ]
    event = AuditEvent.objects.get(action="figures.exported")
    assert (event.actor_id, event.detail) == (
        coordinator.pk,
        {"file": "absences-par-profession_2026-10-01_2026-10-31.csv", "scope": "maison"},
    )


def test_everything_leaves_as_a_workbook(bureau, october):
    answer = bureau.post(reverse("export_figures"), OCTOBER)
    with ZipFile(BytesIO(answer.content)) as book:
        sheets = book.read("xl/workbook.xml").decode()
        words = book.read("xl/sharedStrings.xml").decode()
        cells = "".join(book.read(name).decode() for name in book.namelist() if "worksheets/sheet" in name)
    names = [
        "À propos",
        "Dictionnaire",
        "activite-dans-le-temps",
        "activite-par-profession",
        "absences-par-jour",
    ]
    assert [name in sheets for name in names] == [True] * 5
    assert ("Neuf rendez-vous sur dix" in words, "n. c." in words, "Introuvable" in words) == (
        True,
        True,
        False,
    )
    assert "<f>" not in cells
    assert (
        AuditEvent.objects.get(action="figures.exported").detail["file"]
        == "activite_2026-10-01_2026-10-31.xlsx"
    )


def test_text_that_a_spreadsheet_would_run_is_defused():
    assert [safe(text) for text in ("=1+1", "@x", "-2", "médecins")] == ["'=1+1", "'@x", "'-2", "médecins"]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=6))
def test_no_small_number_leaves(pairs):
    """Neither absents nor those who came, neither in a line nor as the difference of lines that are shown."""
    cells = [(missed, missed + came) for missed, came in pairs]
    lines = [Line("…", [share(*numbers), *numbers]) for numbers in cells]
    sums = [sum(line.values[index] or 0 for line in lines) for index in (1, 2)]
    total = Line("Ensemble", [share(*sums), *sums])
    table = Table("absences", "", "", "", [NO_SHOW_RATE, NO_SHOWS, EXPECTED], lines, total)
    rows = [values for _label, values in outgoing(table).rows]
    for rate, missed, expected in rows:
        if isinstance(missed, int):
            assert missed % 5 == 0
            if isinstance(expected, int):
                assert (expected - missed) % 5 == 0
        assert isinstance(rate, str) == (hidden() in (missed, expected))
    for index in (1, 2):
        away = [row for row in rows if isinstance(row[index], str)]
        assert len(away) != 1
