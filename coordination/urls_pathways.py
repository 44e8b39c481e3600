"""Care pathways: for the house, for one patient, and in the patient's own space."""

from django.urls import path

from coordination.views import my_pathways, pathway_steps, pathway_templates, pathways, patient_pathways

MODELS = "coordination/parcours/modeles/"
PATIENT = "patients/<int:pk>/parcours/"

urlpatterns = [
    path("coordination/parcours/", pathways.pathways, name="pathways"),
    path("coordination/parcours/a-reprendre/", pathways.stalled_pathways, name="stalled_pathways"),
    path(MODELS, pathway_templates.pathway_templates, name="pathway_templates"),
    path(f"{MODELS}nouveau/", pathway_templates.add_pathway_template, name="add_pathway_template"),
    path(f"{MODELS}<int:pk>/", pathway_templates.pathway_template, name="pathway_template"),
    path(
        f"{MODELS}<int:pk>/modifier/", pathway_templates.edit_pathway_template, name="edit_pathway_template"
    ),
    path(
        f"{MODELS}<int:pk>/<slug:do>/",
        pathway_templates.change_pathway_template,
        name="change_pathway_template",
    ),
    path(PATIENT, patient_pathways.patient_pathways, name="patient_pathways"),
    path(
        f"{PATIENT}commencer/<int:version_pk>/",
        patient_pathways.start_care_pathway,
        name="start_care_pathway",
    ),
    path(f"{PATIENT}<int:pathway_pk>/", patient_pathways.care_pathway, name="care_pathway"),
    path(
        f"{PATIENT}<int:pathway_pk>/<slug:do>/",
        patient_pathways.change_care_pathway,
        name="change_care_pathway",
    ),
    path(
        f"{PATIENT}<int:pathway_pk>/etapes/<int:step_pk>/rendez-vous/",
        pathway_steps.book_pathway_step,
        name="book_pathway_step",
    ),
    path(
        f"{PATIENT}<int:pathway_pk>/etapes/<int:step_pk>/<slug:do>/",
        pathway_steps.change_pathway_step,
        name="change_pathway_step",
    ),
    path("mon-espace/parcours/", my_pathways.my_pathways, name="my_pathways"),
    path("mon-espace/parcours/<int:pk>/", my_pathways.my_pathway, name="my_pathway"),
    path("mon-espace/parcours/<int:pk>/refuser/", my_pathways.refuse_my_pathway, name="refuse_my_pathway"),
    path(
        "mon-espace/parcours/<int:pk>/etapes/<int:step_pk>/<slug:do>/",
        my_pathways.change_my_step,
        name="change_my_step",
    ),
]
