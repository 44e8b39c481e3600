from django.urls import path

from practitioners import views

urlpatterns = [
    path("praticiens/", views.directory, name="directory"),
    path("praticiens/<slug:slug>/photo.jpg", views.practitioner_photo, name="practitioner_photo"),
    path("mon-cabinet/<slug:slug>/profil/", views.edit_profile, name="edit_profile"),
]
