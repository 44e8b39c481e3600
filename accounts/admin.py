from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from accounts.models import RoleAssignment, User
from core.admin import AuditedAdmin, ReadOnlyAdmin

# As their packages register them, these tables leave no trace, look for a user’s name that ours have not, and show
# the secret of a second factor. Groups are not used: hats are dated roles.
admin.site.unregister([Authenticator, EmailAddress, Group, UserSession])


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


@admin.register(EmailAddress)
class EmailAddressAdmin(AuditedAdmin):
    list_display = ["email", "user", "primary", "verified"]
    list_filter = ["primary", "verified"]
    search_fields = ["email", "user__last_name"]
    autocomplete_fields = ["user"]
    list_select_related = ["user"]
    ordering = ["email"]


@admin.register(Authenticator)
class AuthenticatorAdmin(AuditedAdmin):
    """That there is one, not what it holds. One that was lost is deleted here, which leaves its line."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type"]
    search_fields = ["user__email", "user__last_name"]
    list_select_related = ["user"]
    fields = ["user", "type", "created_at", "last_used_at"]
    ordering = ["user__email", "type"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(UserSession)
class UserSessionAdmin(ReadOnlyAdmin):
    """Without its key, by which one would be that person. They are ended on one’s own page, or with the account."""

    list_display = ["user", "created_at", "last_seen_at", "ip", "user_agent"]
    search_fields = ["user__email", "user__last_name", "ip"]
    list_select_related = ["user"]
    fields = ["user", "created_at", "last_seen_at", "ip", "user_agent"]
    ordering = ["-last_seen_at"]
