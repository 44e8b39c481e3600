"""Notes, measures and the care plan: of a patient under /patients/, of the team under /coordination/."""

from django.urls import path

from coordination.views import care_plans, measures, my_care_plans, notes

urlpatterns = [
    path("patients/<int:pk>/notes/", notes.patient_notes, name="patient_notes"),
    path("patients/<int:pk>/notes/ecrire/", notes.write_note, name="write_note"),
    path("patients/<int:pk>/mesures/", measures.patient_measures, name="patient_measures"),
    path("coordination/notes/", notes.note_inbox, name="note_inbox"),
    path("coordination/notes/<int:pk>/", notes.note, name="note"),
    path("coordination/notes/<int:pk>/corriger/", notes.revise_note, name="revise_note"),
    path("coordination/notes/<int:pk>/retirer/", notes.withdraw_note, name="withdraw_note"),
    path("coordination/notes/<int:pk>/lu/", notes.mark_note_read, name="mark_note_read"),
    path("patients/<int:pk>/plan-de-soins/", care_plans.care_plan, name="care_plan"),
    path(
        "patients/<int:pk>/plan-de-soins/version/<int:number>/",
        care_plans.care_plan,
        name="care_plan_version",
    ),
    path("patients/<int:pk>/plan-de-soins/modifier/", care_plans.edit_care_plan, name="edit_care_plan"),
    path("patients/<int:pk>/plan-de-soins/accord/", care_plans.agree_care_plan, name="agree_care_plan"),
    path("patients/<int:pk>/plan-de-soins/clore/", care_plans.close_care_plan, name="close_care_plan"),
    path("patients/<int:pk>/plan-de-soins.pdf", care_plans.care_plan_pdf, name="care_plan_pdf"),
    path("mon-espace/plan-de-soins/", my_care_plans.my_care_plans, name="my_care_plans"),
    path("mon-espace/plan-de-soins/<int:pk>.pdf", my_care_plans.my_care_plan_pdf, name="my_care_plan_pdf"),
]
