"""/gestion/: what the administrator sets for this room, by noun."""

from coordination import admin_measures

__all__ = ["admin_measures"]
