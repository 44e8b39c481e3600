"""The report is proved by papers and values said by hand, then frozen and printed."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from io import StringIO

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from core.audit.models import AuditEvent
from core.uploads.models import Upload
from partnerships.actions.freeze_evidence import AlreadyFrozen, YearNotOver, freeze_evidence
from partnerships.actions.prove_evidence import YearIsKept, set_list_size
from partnerships.actions.set_evidence_grid import GridIsKept, YearIsFrozen, copy_grid, save_indicator
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
from tests.factories.documents import UploadFactory
from tests.partnerships.evidence.conftest import spaced
from tests.partnerships.evidence_story import YEAR

pytestmark = pytest.mark.django_db


def test_a_paper_is_brought_checked_and_taken_back(story):
    url = reverse("add_evidence_proof", args=[YEAR, "sas"])
    behind = reverse("evidence_indicator", args=[YEAR, "sas"])
    assert "multiple" not in spaced(story.bureau.get(behind))
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
