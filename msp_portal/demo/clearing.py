"""An empty house again, for `demo --reset`."""

from __future__ import annotations

from django.apps import apps
from django.db import connection

# What migrations wrote and no demo changes.
KEPT = {"contenttypes.contenttype", "auth.permission", "patients.trusteddocument"}
GUARDS = {"audit_auditevent": "audit_no_truncate", "audit_auditseal": "audit_seal_no_truncate"}


def clear() -> None:
    """Empty every table of the portal, the trail included: this is a demonstration, and nowhere else may it happen."""
    tables = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.label_lower not in KEPT
    }
    names = ", ".join(connection.ops.quote_name(table) for table in sorted(tables))
    with connection.cursor() as cursor:
        for table, trigger in GUARDS.items():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        cursor.execute(f"TRUNCATE {names} RESTART IDENTITY")
        for table, trigger in GUARDS.items():
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")
