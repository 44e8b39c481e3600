"""/pilotage/activite/: what the house does, in figures."""

from django.urls import path

from partnerships.views import figures

urlpatterns = [
    path("", figures.figures, name="figures"),
    path("dictionnaire/", figures.figures_dictionary, name="figures_dictionary"),
    path("exporter/", figures.export_figures, name="export_figures"),
    path("<slug:slug>/", figures.figures, name="figures_theme"),
]
