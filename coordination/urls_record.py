"""/patients/<pk>/: the shared record of one person, as those who care for him and the desk read it."""

from django.urls import path

from coordination.views import death, medical_facts, patient_record

urlpatterns = [
    path("<int:pk>/", patient_record.patient_record, name="patient_record"),
    path("<int:pk>/dossier.pdf", patient_record.record_pdf, name="record_pdf"),
    path("<int:pk>/volets/<slug:name>/", patient_record.record_panel, name="record_panel"),
    path("<int:pk>/deces/", death.record_death, name="record_death"),
    path("<int:pk>/deces/annuler/", death.undo_death, name="undo_death"),
    path("<int:pk>/allergies/", medical_facts.allergies, name="allergies"),
    path("<int:pk>/allergies/aucune/", medical_facts.no_known_allergy, name="no_known_allergy"),
    path(
        "<int:pk>/allergies/<int:allergy_pk>/corriger/", medical_facts.correct_allergy, name="correct_allergy"
    ),
    path(
        "<int:pk>/allergies/<int:allergy_pk>/retirer/",
        medical_facts.withdraw_allergy,
        name="withdraw_allergy",
    ),
    path("<int:pk>/alertes/", medical_facts.alerts, name="alerts"),
    path("<int:pk>/alertes/<int:alert_pk>/corriger/", medical_facts.correct_alert, name="correct_alert"),
    path("<int:pk>/alertes/<int:alert_pk>/retirer/", medical_facts.withdraw_alert, name="withdraw_alert"),
]
