"""Sessions in the database, under keys that can be one."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

_KEY = re.compile(r"[0-9A-Za-z]{8,40}")


class SessionStore(DatabaseStore):
    def _validate_session_key(self, key: Any) -> bool:
        """A cookie may hold anything, NUL included, which PostgreSQL refuses even to compare."""
        return isinstance(key, str) and _KEY.fullmatch(key) is not None
