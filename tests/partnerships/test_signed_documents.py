"""The signed paper of a contract: cleaned, fetched by who manages contracts, replaced, kept by its version."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from core.audit.models import AuditEvent
from core.uploads import check
from partnerships.actions.save_agreement import renew_agreement
from partnerships.models import Agreement, AgreementDocument
from tests import files
from tests.factories.partnerships import AgreementFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]


def test_it_is_missing_then_checked_fetched_and_replaced(bureau, secretary, coordinator):
    agreement = AgreementFactory()
    page = reverse("agreement", args=[agreement.pk])
    address = reverse("add_signed_document", args=[agreement.pk])
    missing = "Cette convention est signée, mais son document n’est pas déposé ici."
    assert missing in bureau.get(page).text
    assert "multipart/form-data" in bureau.get(address).text
    assert bureau.post(address, {"documents": files.sent(files.pdf(), "convention.pdf")})["Location"] == page
    [first] = agreement.documents.all()
    fetch = reverse("signed_document", args=[first.pk])
    assert ("Vérification en cours" in bureau.get(page).text, bureau.get(fetch).status_code) == (True, 404)
    check.check_waiting()
    answer = bureau.get(fetch)
    assert (answer.status_code, answer["Content-Disposition"][:11], answer.content[:4]) == (
        200,
        "attachment;",
        b"%PDF",
    )
    assert secretary.get(fetch).status_code == 404
    assert secretary.post(address, {"documents": files.sent(files.pdf(), "a.pdf")}).status_code == 404

    bureau.post(address, {"documents": files.sent(files.pdf(2), "avenant.pdf")})
    check.check_waiting()
    newest, earlier = agreement.documents.all()
    assert (earlier, newest.added_by) == (first, coordinator)
    shown = bureau.get(page).text
    assert (shown.count("Télécharger le PDF"), shown.count("remplacé"), missing in shown) == (2, 1, False)
    assert AuditEvent.objects.filter(action="agreement.document_added").count() == 2

    # The next version has a paper of its own, and the earlier one keeps its.
    terms = Agreement(
        title=agreement.title,
        starts_on=date(2028, 1, 1),
        ends_on=date(2029, 12, 31),
        signed_on=date(2026, 11, 20),
    )
    renewed = renew_agreement(agreement, terms, [], actor=coordinator)
    assert missing in bureau.get(reverse("agreement", args=[renewed.pk])).text
    assert "Télécharger le PDF" in bureau.get(page).text


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Choisissez au moins un fichier"),
        ({"documents": files.sent(files.picture(), "convention.pdf")}, "Ce fichier n’est pas un PDF."),
    ],
)
def test_what_is_no_pdf_says_so(bureau, sent, sentence):
    answer = bureau.post(reverse("add_signed_document", args=[AgreementFactory().pk]), sent)
    assert (answer.status_code, sentence in answer.text, AgreementDocument.objects.count()) == (422, True, 0)
