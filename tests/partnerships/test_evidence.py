"""The report of a year against its grid: found with a pencil, shown to whom it concerns, proved, frozen."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from io import StringIO
from types import SimpleNamespace

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from appointments.models import Opening
from coordination.models import TeamMeeting
from core.audit.models import AuditEvent
from core.uploads.models import Upload
from partnerships.actions.freeze_evidence import AlreadyFrozen, YearNotOver, freeze_evidence
from partnerships.actions.prove_evidence import YearIsKept, set_list_size
from partnerships.actions.set_evidence_grid import (
    GridIsKept,
    YearIsFrozen,
    copy_grid,
    save_indicator,
    start_grid,
)
from partnerships.evidence import report
from partnerships.evidence_frozen import report_of, verify
from partnerships.models import (
    ConsultationSession,
    EvidenceGrid,
    EvidenceProof,
    EvidenceYear,
    FrozenEvidence,
    FrozenIndicator,
    Indicator,
)
from tests import files
from tests.cast import sign_in
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.documents import UploadFactory
from tests.factories.practitioners import CentreFactory
from tests.partnerships.evidence_story import YEAR, write_the_year

pytestmark = pytest.mark.django_db


def spaced(words) -> str:
    """As one types it: without the spaces that do not break."""
    text = words.content.decode() if hasattr(words, "content") else str(words)
    return text.replace("\xa0", " ").replace("&nbsp;", " ")


@pytest.fixture
def story(doctor, teammate, coordinator, bureau) -> SimpleNamespace:
    grid = write_the_year(coordinator, doctor.practitioner, teammate.practitioner)
    return SimpleNamespace(
        grid=grid, centre=grid.centre, doctor=doctor, coordinator=coordinator, bureau=bureau
    )


@pytest.fixture
def administrator(db, sunday):
    user = UserFactory(email="admin@example.org")
    RoleAssignmentFactory(user=user, role=Role.ADMINISTRATOR)
    return user


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


def test_a_paper_is_brought_checked_and_taken_back(story):
    url = reverse("add_evidence_proof", args=[YEAR, "sas"])
    behind = reverse("evidence_indicator", args=[YEAR, "sas"])
    refused = story.bureau.post(url, {"wanted": "", "title": ""})
    assert refused.status_code == 422
    assert "Donnez un titre à cette pièce." in spaced(refused)
    file = SimpleUploadedFile("liste.pdf", files.pdf(), "application/pdf")
    sent = {"wanted": "Liste des médecins engagés", "title": "", "file": file}
    assert story.bureau.post(url, sent).url == behind
    proof = EvidenceProof.objects.get()
    assert (proof.code, proof.title, proof.added_by) == (
        "sas",
        "Liste des médecins engagés",
        story.coordinator,
    )
    assert report(story.centre, YEAR, story.grid, only="sas").lines[0].missing == []
    # Not handed out before it is checked, nor to anybody else.
    assert story.bureau.get(reverse("evidence_proof", args=[proof.pk])).status_code == 404
    Upload.objects.filter(pk=proof.upload_id).update(state="refused", why="unknown")
    again = report(story.centre, YEAR, story.grid, only="sas").lines[0].missing
    assert [spaced(one) for one in again] == ["Pièce à joindre : Liste des médecins engagés."]
    story.bureau.post(reverse("remove_evidence_proof", args=[proof.pk]))
    assert (EvidenceProof.objects.count(), Upload.objects.count()) == (0, 0)
    actions = AuditEvent.objects.filter(action__startswith="evidence.proof").values_list("action", flat=True)
    assert list(actions.order_by("pk")) == ["evidence.proof_added", "evidence.proof_removed"]


def test_values_are_said_by_hand_where_nothing_can_be_counted(story):
    url = reverse("declare_evidence", args=[YEAR, "sas"])
    refused = story.bureau.post(url, {"value": "-1", "note": ""})
    assert refused.status_code == 422
    assert "Dites d’où vient ce nombre" in spaced(refused)
    story.bureau.post(url, {"value": "100", "note": "Tous les deux."})
    line = report(story.centre, YEAR, story.grid, only="sas").lines[0]
    assert (line.points, line.facts) == (Decimal(200), ["Tous les deux."])
    story.bureau.post(reverse("set_evidence_list", args=[YEAR]), {"list_size": "4000"})
    assert EvidenceYear.objects.get(year=YEAR).list_size == 4000
    assert report(story.centre, YEAR, story.grid, only="coordination").lines[0].points == 2700


def test_a_frozen_year_never_changes(story, administrator):
    upload = UploadFactory(digest="c" * 64)
    EvidenceProof.objects.create(
        year=EvidenceYear.objects.get(), code="sas", title="Liste", upload=upload, wanted=""
    )
    before = report(story.centre, YEAR, story.grid)
    page = story.bureau.get(reverse("freeze_evidence", args=[YEAR]))
    assert "3 132,5" in spaced(page)
    assert FrozenEvidence.objects.count() == 0
    story.bureau.post(reverse("freeze_evidence", args=[YEAR]))
    frozen = FrozenEvidence.objects.get()
    assert report_of(frozen) == before
    event = AuditEvent.objects.get(action="evidence.frozen")
    assert event.detail["paper_hash"] == frozen.paper_hash

    # The world goes on: nothing of it reaches the year.
    ConsultationSession.objects.all().delete()
    copy = copy_grid(story.grid, name="Avenant 2", valid_from=date(2026, 1, 1), actor=administrator)
    EvidenceGrid.objects.filter(pk=copy.pk).update(point_euros=9)
    copy.indicators.get(code="stages").delete()
    frozen = FrozenEvidence.objects.get()
    assert report_of(frozen) == before
    text = spaced(story.bureau.get(reverse("evidence") + f"?annee={YEAR}"))
    assert "3 132,5" in text
    assert "21 927,50 €" in text
    assert frozen.paper_hash in text
    assert [line.code for line in report(story.centre, 2026, copy).lines].count("stages") == 0

    # Neither screens nor hands nor programs change it.
    with pytest.raises(AlreadyFrozen):
        freeze_evidence(story.centre, YEAR, actor=story.coordinator)
    with pytest.raises(YearIsKept):
        set_list_size(EvidenceYear.objects.get(year=YEAR), 1, actor=story.coordinator)
    with pytest.raises(GridIsKept):
        save_indicator(story.grid.indicators.get(code="sas"), [], actor=administrator)
    with pytest.raises(YearIsFrozen):
        copy_grid(story.grid, name="Trop tôt", valid_from=date(2025, 6, 1), actor=administrator)
    for attempt in (
        lambda: FrozenIndicator.objects.update(points=9000),
        lambda: FrozenEvidence.objects.update(paper=b"autre"),
        lambda: frozen.lines.get(code="sas").delete(),
        lambda: EvidenceYear.objects.filter(year=YEAR).update(list_size=1),
        lambda: EvidenceProof.objects.update(title="Autre"),
        lambda: EvidenceGrid.objects.filter(pk=story.grid.pk).update(point_euros=9),
        lambda: Indicator.objects.filter(grid=story.grid).update(most_units=9),
        lambda: story.grid.indicators.get(code="sas").levels.all().delete(),
        lambda: Indicator.objects.create(
            grid=story.grid,
            code="x",
            name="x",
            axis="team",
            standing="core",
            measure="declared",
            formula="levels",
        ),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


def test_the_paper_holds_its_hash_and_hides_small_numbers(story):
    frozen = freeze_evidence(story.centre, YEAR, actor=story.coordinator)
    answer = story.bureau.get(reverse("evidence_paper", args=[YEAR]))
    assert hashlib.sha256(answer.content).hexdigest() == frozen.paper_hash
    paper = pypdfium2.PdfDocument(answer.content)
    text = "\n".join(page.get_textpage().get_text_range() for page in paper)
    for words in ("21 927,50 €", "Chloé Interne", "lundi 10 mars", "n. c.", frozen.content_hash):
        assert words in spaced(text)
    assert "Leroy" not in text
    assert len(paper) <= 12
    assert verify(frozen).holds
    call_command("verify_evidence", stdout=(said := StringIO()))
    assert said.getvalue() == "2025: rows ok, paper ok\n1 frozen years verified.\n"
    url = reverse("verify_evidence", args=[YEAR])
    assert "Vérifié" in spaced(story.bureau.post(url, follow=True))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE partnerships_frozenrow DISABLE TRIGGER frozen_row_kept")
        cursor.execute("UPDATE partnerships_frozenrow SET detail = '12 h sur 12 h' WHERE day = '2025-03-10'")
        cursor.execute("ALTER TABLE partnerships_frozenrow ENABLE TRIGGER frozen_row_kept")
    verdict = verify(frozen)
    assert (verdict.rows_hold, verdict.paper_holds) == (False, True)
    with pytest.raises(CommandError, match="2025"):
        call_command("verify_evidence", stdout=StringIO())
    assert "n’est plus ce qui a été figé" in spaced(story.bureau.post(url, follow=True))


def test_a_year_is_frozen_once_it_is_over(story):
    with pytest.raises(YearNotOver):
        freeze_evidence(story.centre, 2026, actor=story.coordinator)
    assert story.bureau.get(reverse("freeze_evidence", args=[2026])).status_code == 404


class TestTheGrid:
    def test_a_house_without_one_is_told_and_starts_with_the_usual(self, bureau, administrator):
        CentreFactory()
        assert "Aucune grille" in spaced(bureau.get(reverse("evidence")))
        assert bureau.post(reverse("start_evidence_grid")).status_code == 404
        client = sign_in(administrator)
        client.post(reverse("start_evidence_grid"))
        grid = EvidenceGrid.objects.get()
        assert (grid.point_euros, grid.reference_list, grid.indicators.count()) == (7, 4000, 9)
        client.post(reverse("start_evidence_grid"))
        assert EvidenceGrid.objects.count() == 1
        assert bureau.get(reverse("evidence_grid", args=[grid.pk])).status_code == 200
        assert bureau.get(reverse("edit_evidence_grid", args=[grid.pk])).status_code == 404

    def test_a_new_version_ends_the_one_before(self, administrator, coordinator):
        first = start_grid(CentreFactory(), actor=administrator)
        client = sign_in(administrator)
        url = reverse("copy_evidence_grid", args=[first.pk])
        early = client.post(url, {"name": "Avenant 2", "valid_from": "2021-01-01"})
        assert (early.status_code, EvidenceGrid.objects.count()) == (422, 1)
        client.post(url, {"name": "Avenant 2", "valid_from": "2027-01-01"})
        copy = EvidenceGrid.objects.get(name="Avenant 2")
        first.refresh_from_db()
        assert (first.valid_until, copy.valid_from, copy.valid_until) == (
            date(2026, 12, 31),
            date(2027, 1, 1),
            None,
        )
        lines = [
            list(
                grid.indicators.values_list("code", "unit_points", "proofs", "levels__threshold").order_by(
                    "position", "levels__threshold"
                )
            )
            for grid in (first, copy)
        ]
        assert lines[0] == lines[1]
        assert len(lines[0]) == 13
        # Dates that meet those of another are refused beside the field, by the constraint of the database.
        form = client.get(reverse("edit_evidence_grid", args=[first.pk])).context["form"]
        data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
        refused = client.post(
            reverse("edit_evidence_grid", args=[first.pk]), data | {"valid_until": "2027-06-30"}
        )
        assert refused.status_code == 422
        assert "Une autre grille vaut déjà ces jours-là" in spaced(refused)

    def test_a_line_is_written_with_the_figures_that_its_formula_needs(self, administrator):
        grid = start_grid(CentreFactory(), actor=administrator)
        client = sign_in(administrator)
        url = reverse("add_indicator", args=[grid.pk])
        data = {
            "name": "Démarche qualité",
            "code": "figer",
            "axis": "team",
            "standing": "optional",
            "measure": "declared",
            "formula": "list",
            "position": "95",
        }
        refused = spaced(client.post(url, data))
        assert "Ce code sert déjà à une page" in refused
        assert refused.count("Ce calcul a besoin de ce nombre.") >= 3
        levels = {"from_1": "2", "points_1": "200", "from_2": "1", "points_2": "100"}
        done = client.post(
            url,
            data | levels | {"code": "qualite", "formula": "levels", "proof_lines": "Bilan\n\nBilan\nPlan"},
        )
        assert done.url == reverse("evidence_grid", args=[grid.pk])
        line = grid.indicators.get(code="qualite")
        assert line.proofs == ["Bilan", "Plan"]
        assert list(line.levels.values_list("threshold", "points")) == [(1, 100), (2, 200)]
        client.post(reverse("remove_indicator", args=[line.pk]))
        assert not grid.indicators.filter(code="qualite").exists()
