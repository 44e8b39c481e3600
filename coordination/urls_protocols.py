"""/coordination/protocoles/: the two registers."""

from django.urls import path

from coordination.views import cooperation, protocols

urlpatterns = [
    path("protocoles/", protocols.protocols, name="protocols"),
    path("protocoles/nouveau/", protocols.add_protocol, name="add_protocol"),
    path("protocoles/<int:pk>/", protocols.protocol, name="protocol"),
    path("protocoles/<int:pk>/modifier/", protocols.edit_protocol, name="edit_protocol"),
    path("protocoles/versions/<int:pk>/", protocols.change_version, name="change_version"),
    path("protocoles/versions/<int:pk>.pdf", protocols.protocol_pdf, name="protocol_pdf"),
    path("protocoles/cooperation/nouveau/", cooperation.add_cooperation, name="add_cooperation"),
    path("protocoles/cooperation/<int:pk>/", cooperation.cooperation, name="cooperation"),
    path("protocoles/cooperation/<int:pk>/modifier/", cooperation.edit_cooperation, name="edit_cooperation"),
    path("protocoles/cooperation/<int:pk>/etat/", cooperation.change_cooperation, name="change_cooperation"),
    path("protocoles/cooperation/<int:pk>/delegues/", cooperation.add_delegate, name="add_delegate"),
    path(
        "protocoles/cooperation/<int:pk>/delegues/<int:delegate>/",
        cooperation.end_delegation,
        name="end_delegation",
    ),
    path("protocoles/cooperation/<int:pk>/evenements/", cooperation.report_event, name="report_event"),
    path(
        "protocoles/cooperation/<int:pk>/evenements/<int:event>/",
        cooperation.answer_event,
        name="answer_event",
    ),
]
