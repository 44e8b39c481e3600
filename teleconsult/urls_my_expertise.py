"""/mon-espace/: the patient's copies of opinions."""

from django.urls import path

from teleconsult.views import my_expertise

urlpatterns = [
    path("avis/", my_expertise.my_expertise_answers, name="my_expertise_answers"),
    path("avis/<int:pk>/avis.pdf", my_expertise.my_expertise_answer_pdf, name="my_expertise_answer_pdf"),
]
