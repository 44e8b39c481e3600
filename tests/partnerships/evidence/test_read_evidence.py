"""The report of a year against its grid: found with a pencil, shown to whom it concerns."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appointments.models import Opening
from coordination.models import TeamMeeting
from partnerships.evidence import report
from partnerships.models import ConsultationSession
from tests.partnerships.evidence.conftest import spaced
from tests.partnerships.evidence_story import YEAR

pytestmark = pytest.mark.django_db


def test_the_report_is_what_a_pencil_finds(story):
    """
    Opening: 251 × 12 h + 51 Saturdays × 4 h = 3 216 h asked. Missing: 14–20 h on the nurse's sick day (6 h), the
    Saturday that was shut (4 h). 3 206 / 3 216 = 99.689 → 99.68 %, over the 99 asked: 800.
    Unscheduled care: the nurse's hours, on 250 of 251 days = 99.60 %: not every day, the prerequisite is missing.
    Sessions: 52 mornings + 10 whole days = 72 half-days; 72 × 7 / (2 × 365) = 0.690 days a week: the first 300.
    Stays: three that began in the year: 450 + 225. SAS: half of the doctors: 100.
    Coordination: all year, 1000 + 1700 × 100 / 4000 = 1042.5. Protocols: two in force × 100.
    Meetings: six with minutes, 3 patients of 100 = 3 %: 1000 × 100 / 4000 × 3 / 5 = 15.
    Record: one of seven professionals of the house wrote = 14.28 %.
    """
    found = report(story.centre, YEAR, story.grid)
    assert [(line.code, line.value, line.is_met, line.points, line.euros) for line in found.lines] == [
        ("horaires", Decimal("99.68"), True, Decimal(800), Decimal(5600)),
        ("soins-non-programmes", Decimal("99.60"), False, Decimal(0), Decimal(0)),
        ("consultations-avancees", Decimal("0.69"), True, Decimal(300), Decimal(2100)),
        ("stages", Decimal(3), True, Decimal(675), Decimal(4725)),
        ("sas", Decimal(50), True, Decimal(100), Decimal(700)),
        ("coordination", Decimal(100), True, Decimal("1042.5"), Decimal("7297.5")),
        ("protocoles", Decimal(2), True, Decimal(200), Decimal(1400)),
        ("concertation", Decimal(3), True, Decimal(15), Decimal(105)),
        ("dossier-partage", Decimal("14.28"), False, Decimal(0), Decimal(0)),
    ]
    assert (found.points, found.euros, found.list_size) == (Decimal("3132.5"), Decimal("21927.5"), 100)
    assert [line.code for line in found.prerequisites_missing] == ["soins-non-programmes"]
    assert {line.code: [spaced(one) for one in line.missing] for line in found.lines if line.missing} == {
        "horaires": ["Pièce à joindre : Planning type de la semaine."],
        "soins-non-programmes": ["Jours ouvrés sans soins non programmés : 1."],
        "consultations-avancees": [
            "Séances passées que le partenaire n’a jamais confirmées : 1.",
            "Pièce à joindre : Convention signée avec chaque partenaire.",
        ],
        "stages": [
            "Stage de Chloé Interne : faculté à indiquer.",
            "Pièce à joindre : Attestation de la faculté.",
        ],
        "sas": ["Pièce à joindre : Liste des médecins engagés."],
        "coordination": ["Pièce à joindre : Contrat ou convention du coordinateur."],
        "protocoles": ["« Chutes » : révision en retard.", "« Chutes » : signatures à compléter."],
        "concertation": ["Compte rendu à valider : réunion du lundi 14 juillet."],
    }
    # All but the 0 points of what is not reached hang on some paper.
    assert found.unproved == found.points


def test_what_stands_behind_the_values(story):
    found = report(story.centre, YEAR, story.grid)
    rows = {line.code: line.rows for line in found.lines}
    short = [(row.day, spaced(row.detail)) for row in rows["horaires"] if not row.counts]
    assert short == [(date(YEAR, 3, 10), "6 h sur 12 h"), (date(YEAR, 12, 27), "0 min sur 4 h")]
    assert len(rows["horaires"]) == 251 + 51
    assert [row.day for row in rows["soins-non-programmes"] if not row.counts] == [date(YEAR, 3, 10)]
    assert len(rows["consultations-avancees"]) == 62
    # After Thursday 2 January comes Tuesday the 7th, the first of the mornings.
    assert rows["consultations-avancees"][1].people == 3
    assert [(row.title, row.counts) for row in rows["stages"]] == [
        ("Dora Interne", False),
        ("Alix Interne", True),
        ("Basile Interne", True),
        ("Chloé Interne", True),
    ]
    assert [(row.counts, row.people) for row in rows["concertation"]] == [
        *[(True, 1)] * 4,
        *[(True, 0)] * 2,
        (False, None),
    ]
    line = found.line("concertation")
    assert [spaced(one) for one in line.facts] == [
        "Réunions avec compte rendu : 6.",
        "Participation : 92 % des invités.",
    ]


def test_a_meeting_too_few_earns_nothing(story):
    TeamMeeting.objects.filter(start_at__year=YEAR, state="closed").first().minutes.all().delete()
    line = report(story.centre, YEAR, story.grid, only="concertation").lines[0]
    assert (line.is_met, line.points) == (False, 0)


def test_the_running_year_counts_until_yesterday(story):
    """Sunday 22 November 2026: nothing was opened in 2026 until the Monday to come, which is not over."""
    found = report(story.centre, 2026, story.grid)
    assert found.last == date(2026, 11, 21)
    assert {line.code: line.value for line in found.lines} == {
        "horaires": 0,
        "soins-non-programmes": 0,
        "consultations-avancees": 0,
        "stages": 0,
        "sas": None,
        "coordination": 100,
        "protocoles": 2,
        "concertation": None,
        "dossier-partage": 0,
    }


def test_the_page_asks_the_same_number_of_questions_at_any_size(story):
    url = reverse("evidence") + f"?annee={YEAR}"
    story.bureau.get(url)
    with CaptureQueriesContext(connection) as full:
        page = story.bureau.get(url)
    text = spaced(page)
    assert "3 132,5" in text
    assert "21 927,50 €" in text
    assert "rien ne serait versé" in text
    ConsultationSession.objects.filter(pk__gt=ConsultationSession.objects.earliest("pk").pk).delete()
    Opening.objects.filter(consultation_session=None).exclude(start_at__month=2).delete()
    with CaptureQueriesContext(connection) as empty:
        story.bureau.get(url)
    assert len(full) == len(empty) <= 15


def test_the_team_reads_totals_and_only_who_proves_looks_behind(story, visitor, outsider, secretary):
    url = reverse("evidence") + f"?annee={YEAR}"
    behind = reverse("evidence_indicator", args=[YEAR, "horaires"])
    told = story.doctor.client.get(url)
    assert "3 132,5" in spaced(told)
    assert behind not in spaced(told)
    assert story.doctor.client.get(behind).status_code == 404
    assert story.bureau.get(behind).status_code == 200
    for client in (outsider.client, secretary):
        assert (client.get(url).status_code, client.get(behind).status_code) == (404, 404)
    assert visitor.get(url).status_code == 302
    assert story.bureau.get(reverse("evidence_indicator", args=[YEAR, "rien"])).status_code == 404
    assert story.bureau.get(reverse("evidence_indicator", args=[2027, "horaires"])).status_code == 404


def test_the_rows_are_paged_and_lead_to_what_they_are(story):
    page = story.bureau.get(reverse("evidence_indicator", args=[YEAR, "horaires"]) + "?page=7")
    assert len(page.context["page"].object_list) == 302 - 6 * 50
    assert "?jour=2025-12-31" in spaced(page)
    session = ConsultationSession.objects.order_by("start_at")[0]
    page = story.bureau.get(reverse("evidence_indicator", args=[YEAR, "consultations-avancees"]))
    assert reverse("consultation_session", args=[session.pk]) in spaced(page)
