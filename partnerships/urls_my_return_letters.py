"""/mon-espace/: the patient's copies of return letters."""

from django.urls import path

from partnerships.views import return_letters

urlpatterns = [
    path("comptes-rendus/", return_letters.my_return_letters, name="my_return_letters"),
    path(
        "comptes-rendus/<int:pk>/compte-rendu.pdf",
        return_letters.my_return_letter_pdf,
        name="my_return_letter_pdf",
    ),
]
