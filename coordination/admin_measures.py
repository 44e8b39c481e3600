"""The measures of the house: what the entry form asks for, within which limits, and what a value means."""

from __future__ import annotations

from django.contrib import admin

from coordination.models import (
    CarePlan,
    MeasureComponent,
    MeasureKind,
    MeasureLimits,
    MeasureThreshold,
    Note,
)
from core.admin import AuditedAdmin, ReadOnlyAdmin


class ComponentInline(admin.TabularInline):
    model = MeasureComponent
    extra = 0
    max_num = 2
    show_change_link = True


@admin.register(MeasureKind)
class MeasureKindAdmin(AuditedAdmin):
    list_display = ["name", "unit_label", "loinc", "position", "since", "until"]
    list_filter = ["formula"]
    search_fields = ["name", "short_name", "code"]
    prepopulated_fields = {"code": ["short_name"]}
    inlines = [ComponentInline]


class LimitsInline(admin.TabularInline):
    model = MeasureLimits
    extra = 0


class ThresholdInline(admin.TabularInline):
    model = MeasureThreshold
    extra = 0


@admin.register(MeasureComponent)
class MeasureComponentAdmin(AuditedAdmin):
    list_display = ["__str__", "decimals", "loinc"]
    search_fields = ["kind__name", "name", "code"]
    list_select_related = ["kind"]
    inlines = [LimitsInline, ThresholdInline]


@admin.register(Note)
class NoteAdmin(ReadOnlyAdmin):
    """Who wrote when; the words are read by those who care."""

    list_display = ["written_at", "author", "kind", "current_number", "withdrawn_at"]
    list_filter = ["kind"]
    list_select_related = ["author"]
    fields = ["author", "kind", "for_team", "current_number", "written_at", "withdrawn_at"]


@admin.register(CarePlan)
class CarePlanAdmin(ReadOnlyAdmin):
    list_display = ["opened_at", "current_number", "closed_at"]
    fields = ["opened_at", "current_number", "closed_at"]
