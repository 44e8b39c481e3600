"""Notes, measures and the care plan: of a patient under /patients/, of the team under /coordination/."""

from django.urls import path

from coordination.views import measures, notes

urlpatterns = [
    path("patients/<int:pk>/notes/", notes.patient_notes, name="patient_notes"),
    path("patients/<int:pk>/notes/ecrire/", notes.write_note, name="write_note"),
    path("patients/<int:pk>/mesures/", measures.patient_measures, name="patient_measures"),
    path("coordination/notes/", notes.note_inbox, name="note_inbox"),
    path("coordination/notes/<int:pk>/", notes.note, name="note"),
    path("coordination/notes/<int:pk>/corriger/", notes.revise_note, name="revise_note"),
    path("coordination/notes/<int:pk>/retirer/", notes.withdraw_note, name="withdraw_note"),
    path("coordination/notes/<int:pk>/lu/", notes.mark_note_read, name="mark_note_read"),
]
