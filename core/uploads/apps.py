from django.apps import AppConfig


class UploadsConfig(AppConfig):
    name = "core.uploads"
    label = "uploads"
    verbose_name = "Fichiers reçus"
