"""/mon-espace/dossier/: the patient reads his shared record."""

from django.urls import path

from coordination.views import my_record

urlpatterns = [
    path("", my_record.my_record, name="my_record"),
    path("<int:pk>/", my_record.record_of, name="record_of"),
    path("<int:pk>/<slug:kind>/<int:entry>/fermer/", my_record.close_entry, name="close_entry"),
    path("oppositions/<int:pk>/rouvrir/", my_record.reopen_entry, name="reopen_entry"),
]
