"""/partenaires/: the letters that come back after a visit."""

from django.urls import path

from partnerships.views import outside_letters, return_letters

urlpatterns = [
    path("comptes-rendus/", return_letters.return_letters, name="return_letters"),
    path("comptes-rendus/<int:pk>/", return_letters.return_letter, name="return_letter"),
    path(
        "comptes-rendus/<int:pk>/compte-rendu.pdf", return_letters.return_letter_pdf, name="return_letter_pdf"
    ),
    path("comptes-rendus/<int:pk>/lu/", return_letters.read_return_letter, name="read_return_letter"),
    path("comptes-rendus/<int:pk>/partager/", return_letters.share_return_letter, name="share_return_letter"),
    path(
        "comptes-rendus/<int:pk>/transmis/",
        return_letters.pass_on_return_letter,
        name="pass_on_return_letter",
    ),
    path("comptes-rendus/<int:pk>/lien/", outside_letters.send_letter_link, name="send_letter_link"),
    path(
        "comptes-rendus/<int:pk>/lien/retirer/",
        outside_letters.revoke_letter_link,
        name="revoke_letter_link",
    ),
    path("reponse/<str:token>/", outside_letters.read_outside_letter, name="read_outside_letter"),
    path(
        "reponse/<str:token>/document/",
        outside_letters.outside_letter_document,
        name="outside_letter_document",
    ),
    path("demandes/<int:pk>/compte-rendu/", return_letters.write_return_letter, name="write_return_letter"),
    path(
        "demandes/<int:pk>/compte-rendu/classer/",
        return_letters.file_return_letter,
        name="file_return_letter",
    ),
]
