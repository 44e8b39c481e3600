"""/tele-expertise/: opinions asked at a distance."""

from django.urls import path

from teleconsult.views import expertise_bills, expertise_request, expertise_requests, write_expertise

urlpatterns = [
    path("", expertise_requests.expertise_requests, name="expertise_requests"),
    path("patients/<int:pk>/", write_expertise.new_expertise_request, name="new_expertise_request"),
    path("mes-actes/", expertise_bills.expertise_bills, name="expertise_bills"),
    path("mes-actes/actes.csv", expertise_bills.expertise_bills_csv, name="expertise_bills_csv"),
    path("<int:pk>/", expertise_request.expertise_request, name="expertise_request"),
    path("<int:pk>/ecrire/", write_expertise.edit_expertise_request, name="edit_expertise_request"),
    path("<int:pk>/brouillon/", write_expertise.save_expertise_draft, name="save_expertise_draft"),
    path("<int:pk>/prendre/", expertise_request.claim_expertise, name="claim_expertise"),
    path("<int:pk>/question/", expertise_request.ask_expertise_detail, name="ask_expertise_detail"),
    path("<int:pk>/precision/", expertise_request.give_expertise_detail, name="give_expertise_detail"),
    path("<int:pk>/repondre/", expertise_request.answer_expertise, name="answer_expertise"),
    path("<int:pk>/corriger/", expertise_request.correct_expertise, name="correct_expertise"),
    path("<int:pk>/rendez-vous/", expertise_request.convert_expertise, name="convert_expertise"),
    path("<int:pk>/laisser/", expertise_request.step_aside_from_expertise, name="step_aside_from_expertise"),
    path("<int:pk>/ailleurs/", expertise_request.send_expertise_elsewhere, name="send_expertise_elsewhere"),
    path("<int:pk>/retirer/", expertise_request.withdraw_expertise, name="withdraw_expertise"),
    path("<int:pk>/lu/", expertise_request.read_expertise, name="read_expertise"),
    path("<int:pk>/partager/", expertise_request.share_expertise, name="share_expertise"),
    path("<int:pk>/rendez-vous-pris/", expertise_request.settle_expertise, name="settle_expertise"),
    path("<int:pk>/avis.pdf", expertise_request.expertise_pdf, name="expertise_pdf"),
]
