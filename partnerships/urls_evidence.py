"""/pilotage/: the report of a year, and the grid that it is read with."""

from django.urls import path

from partnerships.views import evidence, evidence_grid, evidence_proofs

urlpatterns = [
    path("", evidence.evidence, name="evidence"),
    path("grille/", evidence_grid.evidence_grids, name="evidence_grids"),
    path("grille/nouvelle/", evidence_grid.start_evidence_grid, name="start_evidence_grid"),
    path("grille/<int:pk>/", evidence_grid.evidence_grid, name="evidence_grid"),
    path("grille/<int:pk>/modifier/", evidence_grid.edit_evidence_grid, name="edit_evidence_grid"),
    path("grille/<int:pk>/copier/", evidence_grid.copy_evidence_grid, name="copy_evidence_grid"),
    path("grille/<int:pk>/supprimer/", evidence_grid.remove_evidence_grid, name="remove_evidence_grid"),
    path("grille/<int:pk>/indicateurs/", evidence_grid.add_indicator, name="add_indicator"),
    path("grille/indicateurs/<int:pk>/", evidence_grid.edit_indicator, name="edit_indicator"),
    path("grille/indicateurs/<int:pk>/retirer/", evidence_grid.remove_indicator, name="remove_indicator"),
    path("pieces/<int:pk>/", evidence_proofs.evidence_proof, name="evidence_proof"),
    path("pieces/<int:pk>/retirer/", evidence_proofs.remove_evidence_proof, name="remove_evidence_proof"),
    path("<int:year>/patientele/", evidence.set_evidence_list, name="set_evidence_list"),
    path("<int:year>/figer/", evidence.freeze_evidence, name="freeze_evidence"),
    path("<int:year>/rapport.pdf", evidence.evidence_paper, name="evidence_paper"),
    path("<int:year>/verifier/", evidence.verify_evidence, name="verify_evidence"),
    path("<int:year>/<slug:code>/", evidence.evidence_indicator, name="evidence_indicator"),
    path("<int:year>/<slug:code>/piece/", evidence_proofs.add_evidence_proof, name="add_evidence_proof"),
    path("<int:year>/<slug:code>/valeur/", evidence_proofs.declare_evidence, name="declare_evidence"),
]
