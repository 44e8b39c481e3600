#!/usr/bin/env python
"""Django's command line, for the developer and for the operator."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "msp_portal.settings.demo")
    # A pool is for the threads of the web (asgi.py); a command has one connection, and restoring bears no other.
    os.environ.pop("DATABASE_POOL_SIZE", None)
    # Imported late: whoever names a server of his own need not have the embedded ones installed.
    from msp_portal.command_line import StartError, database_for

    try:
        with database_for(sys.argv):
            execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, StartError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
