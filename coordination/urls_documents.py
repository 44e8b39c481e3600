"""Documents: /patients/<pk>/documents/ for those who care, /coordination/documents/ to file, /mon-espace/documents/."""

from django.urls import path

from coordination.views import document_changes, document_files, documents, my_documents

RECORD = "patients/<int:pk>/documents/"
ONE = f"{RECORD}<int:document_pk>/"
SPACE = "mon-espace/documents/"

urlpatterns = [
    path(RECORD, documents.documents, name="documents"),
    path(f"{RECORD}ajouter/", documents.add_documents, name="add_documents"),
    path(f"{RECORD}deposer/", documents.deposit_documents, name="deposit_documents"),
    path(ONE, documents.document, name="document"),
    path(f"{ONE}fichier/", document_files.document_file, name="document_file"),
    path(f"{ONE}pages/<int:number>/", document_files.document_page, name="document_page"),
    path(f"{ONE}etat/", document_files.document_state, name="document_state"),
    path(f"{ONE}partager/", document_changes.share_document, name="share_document"),
    path(f"{ONE}remplacer/", document_changes.replace_document, name="replace_document"),
    path(f"{ONE}retirer/", document_changes.withdraw_document, name="withdraw_document"),
    path(f"{ONE}classer/", document_changes.file_sent_document, name="file_sent_document"),
    path(f"{ONE}renvoyer/", document_changes.return_document, name="return_document"),
    path("coordination/documents/", documents.documents_to_file, name="documents_to_file"),
    path("documents/<int:pk>/etat/", document_files.sent_document_state, name="sent_document_state"),
    path("documents/<int:pk>/supprimer/", document_changes.drop_document, name="drop_document"),
    path(SPACE, my_documents.my_documents, name="my_documents"),
    path(f"{SPACE}envoyer/", my_documents.send_documents, name="send_documents"),
    path(f"{SPACE}<int:pk>/", my_documents.my_document, name="my_document"),
    path(f"{SPACE}<int:pk>/fichier/", document_files.my_document_file, name="my_document_file"),
    path(f"{SPACE}<int:pk>/pages/<int:number>/", document_files.my_document_page, name="my_document_page"),
]
