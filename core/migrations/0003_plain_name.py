from typing import ClassVar

from django.db import migrations

# `unaccent` alone is only STABLE, as its dictionary could be changed: an index needs a function that says it will not be.
# Names of schemas are written out, so that the index can be rebuilt by a restore with an empty search path.
CREATE = r"""
CREATE OR REPLACE FUNCTION plain_name(name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT regexp_replace(lower(public.unaccent('public.unaccent'::regdictionary, name)), '[^a-z]', '', 'g') $$;
"""


class Migration(migrations.Migration):
    """Names compared as people say them: no accent, no hyphen, no blank, no capital."""

    dependencies: ClassVar = [("core", "0002_cache_fallback")]

    operations: ClassVar = [migrations.RunSQL(CREATE, "DROP FUNCTION IF EXISTS plain_name(text)")]
