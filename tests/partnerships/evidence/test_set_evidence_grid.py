"""The grid of the contract, which changes from year to year and is set on a screen."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from partnerships.actions.set_evidence_grid import start_grid
from partnerships.models import EvidenceGrid
from tests.cast import sign_in
from tests.factories.practitioners import CentreFactory
from tests.partnerships.evidence.conftest import spaced

pytestmark = pytest.mark.django_db


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
        # PostgreSQL has no range that ends before it begins: said before the constraint is asked.
        turned = client.post(
            reverse("edit_evidence_grid", args=[first.pk]), data | {"valid_until": "1950-06-01"}
        )
        assert turned.status_code == 422
        assert turned.context["form"].errors == {"valid_until": ["La fin ne peut pas précéder le début."]}

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
