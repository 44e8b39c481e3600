"""/gestion/: what the administrator sets for this room, by noun."""

from coordination import admin_measures, admin_staff

__all__ = ["admin_measures", "admin_staff"]
