from __future__ import annotations

from django.contrib import admin

from accounts.models import RoleAssignment, User
from core.admin import AuditedAdmin


class RoleAssignmentInline(admin.TabularInline):
    model = RoleAssignment
    extra = 0


@admin.register(User)
class UserAdmin(AuditedAdmin):
    """Who signs in and with which hats. Passwords and second factors stay with their owners."""

    list_display = ["email", "first_name", "last_name", "is_active", "is_staff", "date_joined"]
    list_filter = ["is_active", "is_staff", "role_assignments__role"]
    search_fields = ["email", "first_name", "last_name"]
    ordering = ["email"]
    fields = ["email", "first_name", "last_name", "phone", "language", "is_active", "is_staff", "date_joined"]
    readonly_fields = ["date_joined"]
    inlines = [RoleAssignmentInline]


@admin.register(RoleAssignment)
class RoleAssignmentAdmin(AuditedAdmin):
    list_display = ["user", "role", "since", "until"]
    list_filter = ["role"]
    search_fields = ["user__email", "user__last_name"]
    autocomplete_fields = ["user"]
    list_select_related = ["user"]
    ordering = ["user__email", "role"]
