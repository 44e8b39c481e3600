"""Requests for an advanced consultation: the inbox, the letter, each answer."""

from django.urls import path

from partnerships.views import (
    intake_links,
    join_request,
    outside_requests,
    request,
    requests,
    write_request,
)

urlpatterns = [
    path("demandes/", requests.consultation_requests, name="consultation_requests"),
    path("demandes/patients/<int:pk>/", write_request.choose_programme, name="choose_programme"),
    path(
        "demandes/patients/<int:pk>/<int:programme_pk>/",
        write_request.new_consultation_request,
        name="new_consultation_request",
    ),
    path("consultations/<int:pk>/adresser/", write_request.choose_patient, name="choose_patient"),
    path("demandes/<int:pk>/", request.consultation_request, name="consultation_request"),
    path(
        "demandes/<int:pk>/modifier/",
        write_request.edit_consultation_request,
        name="edit_consultation_request",
    ),
    path(
        "demandes/<int:pk>/accepter/",
        request.accept_consultation_request,
        name="accept_consultation_request",
    ),
    path("demandes/<int:pk>/demander/", request.ask_requester, name="ask_requester"),
    path("demandes/<int:pk>/repondre/", request.answer_triage, name="answer_triage"),
    path(
        "demandes/<int:pk>/refuser/", request.refuse_consultation_request, name="refuse_consultation_request"
    ),
    path(
        "demandes/<int:pk>/reorienter/",
        request.redirect_consultation_request,
        name="redirect_consultation_request",
    ),
    path(
        "demandes/<int:pk>/retirer/",
        request.withdraw_consultation_request,
        name="withdraw_consultation_request",
    ),
    path(
        "demandes/<int:pk>/lettre.pdf",
        request.consultation_request_letter,
        name="consultation_request_letter",
    ),
    path(
        "demandes/<int:pk>/pieces/<int:file_pk>/",
        request.consultation_request_file,
        name="consultation_request_file",
    ),
    path("demandes/<int:pk>/rattacher/", join_request.join_request, name="join_request"),
    path("consultations/<int:pk>/liens/", intake_links.intake_links, name="intake_links"),
    path("liens/<int:pk>/retirer/", intake_links.revoke_intake_link, name="revoke_intake_link"),
    path("consultations/<int:pk>/lettre/", intake_links.edit_letter_template, name="edit_letter_template"),
    path("adresser/<str:token>/", outside_requests.send_outside_request, name="send_outside_request"),
    path("suivre/<str:token>/", outside_requests.follow_request, name="follow_request"),
    path("sans-adressage/", outside_requests.open_consultations, name="open_consultations"),
    path("sans-adressage/<int:pk>/", outside_requests.ask_without_name, name="ask_without_name"),
]
