from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Where the cache goes when Redis is away (core/web/cache.py). Unlogged: quick, and empty after a crash is fine."""

    dependencies: ClassVar = [("core", "0001_extensions")]

    operations: ClassVar = [
        migrations.RunSQL(
            sql="""
                CREATE UNLOGGED TABLE cache_fallback (
                    cache_key varchar(255) NOT NULL PRIMARY KEY,
                    value text NOT NULL,
                    expires timestamp with time zone NOT NULL
                );
                CREATE INDEX cache_fallback_expires ON cache_fallback (expires);
            """,
            reverse_sql="DROP TABLE cache_fallback",
        ),
    ]
