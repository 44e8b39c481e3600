"""Signed papers of contracts."""

from django.urls import path

from partnerships.views import agreement_documents

urlpatterns = [
    path(
        "conventions/<int:pk>/document/", agreement_documents.add_signed_document, name="add_signed_document"
    ),
    path("conventions/documents/<int:pk>/", agreement_documents.signed_document, name="signed_document"),
]
