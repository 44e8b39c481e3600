"""/patients/<pk>/: the shared record of one person, as those who care for him and the desk read it."""

from django.urls import path

from coordination.views import patient_record

urlpatterns = [
    path("<int:pk>/", patient_record.patient_record, name="patient_record"),
    path("<int:pk>/volets/<slug:name>/", patient_record.record_panel, name="record_panel"),
]
