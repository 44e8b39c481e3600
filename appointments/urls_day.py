"""/ma-journee/: what happens today; a patient as the team needs him."""

from django.urls import path

from appointments.views import my_day, patient_record

urlpatterns = [
    path("ma-journee/", my_day.my_day, name="my_day"),
    path("ma-journee/<str:reference>/note/", my_day.note_visit, name="note_visit"),
    path("ma-journee/<str:reference>/<slug:step>/", my_day.change_visit, name="change_visit"),
    path("patients/<int:pk>/", patient_record.patient_record, name="patient_record"),
]
