"""Photographs: /patients/<pk>/photos/ for those who care; the pictures and what is on its way below /photos/."""

from django.urls import path

from teleconsult.views import expertise_photos, photo_files, photo_uploads, photos, visit_photos

RECORD = "patients/<int:pk>/photos/"
ONE = f"{RECORD}<uuid:key>/"

urlpatterns = [
    path(RECORD, photos.clinical_photos, name="clinical_photos"),
    path(f"{RECORD}ajouter/", photos.add_clinical_photos, name="add_clinical_photos"),
    path(f"{RECORD}comparer/", photos.compare_clinical_photos, name="compare_clinical_photos"),
    path(f"{RECORD}envois/", photo_uploads.begin_photo_upload, name="begin_photo_upload"),
    path(ONE, photos.clinical_photo, name="clinical_photo"),
    path(f"{ONE}retirer/", photos.withdraw_clinical_photo, name="withdraw_clinical_photo"),
    path("photos/<uuid:key>/etat/", photo_files.clinical_photo_state, name="clinical_photo_state"),
    path("photos/<uuid:key>/supprimer/", photo_files.drop_clinical_photo, name="drop_clinical_photo"),
    path(
        "photos/<uuid:key>/image/<str:size>/",
        photo_files.clinical_photo_picture,
        name="clinical_photo_picture",
    ),
    path("teleconsultation/<uuid:visit_key>/photo/", visit_photos.add_visit_photo, name="add_visit_photo"),
    path("tele-expertise/<int:pk>/photos/", expertise_photos.expertise_photos, name="expertise_photos"),
    path(
        "tele-expertise/<int:pk>/photos/joindre/",
        expertise_photos.join_expertise_photos,
        name="join_expertise_photos",
    ),
    path("photos/envois/<uuid:key>/", photo_uploads.photo_upload, name="photo_upload"),
    path("photos/envois/<uuid:key>/retirer/", photo_uploads.cancel_photo_upload, name="cancel_photo_upload"),
]
