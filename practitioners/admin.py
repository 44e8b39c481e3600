from __future__ import annotations

from django.contrib import admin

from core.admin import AuditedAdmin
from practitioners.models import (
    Centre,
    Internship,
    Place,
    Practitioner,
    PractitionerPlace,
    Profession,
    Room,
)


@admin.register(Centre)
class CentreAdmin(AuditedAdmin):
    list_display = ["name", "city", "finess", "phone"]
    search_fields = ["name", "city"]
    prepopulated_fields = {"slug": ["name"]}


class RoomInline(admin.TabularInline):
    model = Room
    extra = 0


@admin.register(Place)
class PlaceAdmin(AuditedAdmin):
    list_display = ["name", "centre", "city", "step_free"]
    search_fields = ["name", "city"]
    list_select_related = ["centre"]
    inlines = [RoomInline]


@admin.register(Room)
class RoomAdmin(AuditedAdmin):
    list_display = ["name", "place", "floor_note"]
    list_filter = ["place"]
    search_fields = ["name", "place__name"]
    list_select_related = ["place"]


@admin.register(Profession)
class ProfessionAdmin(AuditedAdmin):
    list_display = [
        "name",
        "feminine_name",
        "role_code",
        "is_medical_doctor",
        "information_category",
        "position",
    ]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}


class PractitionerPlaceInline(admin.TabularInline):
    model = PractitionerPlace
    extra = 0


@admin.register(Practitioner)
class PractitionerAdmin(AuditedAdmin):
    """The photograph is sent on the profile page, where it is made anew: here it could carry where it was taken."""

    list_display = ["last_name", "first_name", "profession", "kind", "rpps", "is_listed", "active_until"]
    list_filter = ["kind", "profession", "is_listed"]
    search_fields = ["last_name", "first_name", "rpps"]
    autocomplete_fields = ["user"]
    list_select_related = ["profession"]
    prepopulated_fields = {"slug": ["first_name", "last_name"]}
    exclude = ["photo"]
    inlines = [PractitionerPlaceInline]


@admin.register(Internship)
class InternshipAdmin(AuditedAdmin):
    list_display = ["intern", "level", "since", "until"]
    list_filter = ["level"]
    search_fields = ["intern__last_name"]
    autocomplete_fields = ["intern", "supervisors"]
    list_select_related = ["intern"]
