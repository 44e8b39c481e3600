from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from core.web import health
from msp_portal import views
from patients.views.unsubscribe import unsubscribe

# Paths as Django wants them: what to answer when a view breaks, and to what nobody understands.
handler400 = "core.web.away.not_understood"
handler500 = "core.web.away.broken"

urlpatterns = [
    path("", views.home, name="home"),
    path("accessibilite/", views.accessibility, name="accessibility"),
    path("donnees-personnelles/", views.privacy, name="privacy"),
    path("mentions-legales/", views.legal, name="legal"),
    path("langue/", login_not_required(set_language), name="set_language"),
    path("demo/", views.demo, name="demo"),
    path("demo/messages/", views.demo_messages, name="demo_messages"),
    path("demo/composants/", views.demo_components, name="demo_components"),
    path("sante/live", health.live, name="health_live"),
    path("sante/ready", health.ready, name="health_ready"),
    path("gestion/sante/", views.house_health, name="house_health"),
    path("gestion/mise-en-route/", views.first_steps, name="first_steps"),
    path("gestion/mise-en-route/<slug:code>/", views.take_usual_rows, name="take_usual"),
    path("metrics", health.metrics, name="metrics"),
    path("", include("core.outbox.urls")),
    path("", include("practitioners.urls")),
    path("", include("appointments.urls")),
    path("", include("appointments.urls_cabinet")),
    path("", include("appointments.urls_day")),
    path("", include("appointments.urls_series")),
    path("tournees/", include("appointments.urls_round")),
    path("planning/", include("appointments.urls_schedule")),
    path("", include("appointments.urls_workshops")),
    path("desabonnement/<uuid:key>/", unsubscribe, name="unsubscribe"),
    path("", include("appointments.urls_space")),
    path("", include("appointments.urls_waiting")),
    path("mon-espace/", include("patients.urls_space")),
    path("mon-espace/", include("coordination.urls_rcp_space")),
    path("mon-espace/demandes/", include("coordination.urls_my_referrals")),
    path("mon-espace/", include("partnerships.urls_my_return_letters")),
    path("mon-espace/consultations/", include("partnerships.urls_my_requests")),
    path("mon-espace/", include("teleconsult.urls_my_expertise")),
    path("patients/", include("patients.urls")),
    path("patients/", include("coordination.urls_record")),
    path("mon-espace/dossier/", include("coordination.urls_my_record")),
    path("", include("coordination.urls_documents")),
    path("coordination/", include("coordination.urls")),
    path("partenaires/", include("partnerships.urls")),
    path("teleconsultation/", include("teleconsult.urls_call")),
    path("teleconsultation/", include("teleconsult.urls_visits")),
    path("tele-expertise/", include("teleconsult.urls_expertise")),
    path("", include("teleconsult.urls_photos")),
    path("pilotage/activite/", include("partnerships.urls_figures")),
    path("pilotage/", include("partnerships.urls_evidence")),
    path("", include("coordination.urls_notes")),
    path("", include("coordination.urls_pathways")),
    path("compte/", include("accounts.urls")),
    path("gestion/", admin.site.urls),
]
