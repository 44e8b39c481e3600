"""/gestion/: what the administrator sets for this room, by noun."""

from teleconsult import admin_expertise, admin_video

__all__ = ["admin_expertise", "admin_video"]
