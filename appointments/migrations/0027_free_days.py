"""The summary of free days, and the triggers that say what must be counted anew: whoever writes, nobody can forget to.

Both tables are new and empty, a trigger is made in milliseconds, and nobody's time is counted here: each practitioner
gets a mark « look again at all of it », and the search reads past the summary until the task has worked it off.
"""

import django.db.models.deletion
from django.db import migrations, models

# A hold never counts: it may run out without anybody writing. What it becomes does.
FUNCTIONS = """
CREATE FUNCTION appointments_mark_visit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.occupies AND OLD.held_until IS NULL THEN
        INSERT INTO appointments_freedaymark (practitioner_id, since, until, frees)
        VALUES (OLD.practitioner_id, OLD.start_at, OLD.blocked_until, true);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.occupies AND NEW.held_until IS NULL THEN
        INSERT INTO appointments_freedaymark (practitioner_id, since, until, frees)
        VALUES (NEW.practitioner_id, NEW.start_at, NEW.blocked_until, false);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION appointments_mark_new_spans() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO appointments_freedaymark (practitioner_id, since, until, frees)
    SELECT practitioner_id, min(start_at), max(end_at), TG_ARGV[0]::boolean FROM new_rows GROUP BY practitioner_id;
    RETURN NULL;
END $$;

CREATE FUNCTION appointments_mark_old_spans() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO appointments_freedaymark (practitioner_id, since, until, frees)
    SELECT practitioner_id, min(start_at), max(end_at), TG_ARGV[0]::boolean FROM old_rows GROUP BY practitioner_id;
    RETURN NULL;
END $$;

CREATE FUNCTION appointments_mark_changed_spans() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO appointments_freedaymark (practitioner_id, since, until, frees)
    SELECT practitioner_id, min(start_at), max(end_at), true
    FROM (SELECT practitioner_id, start_at, end_at FROM old_rows
          UNION ALL SELECT practitioner_id, start_at, end_at FROM new_rows) AS span
    GROUP BY practitioner_id;
    RETURN NULL;
END $$;

CREATE FUNCTION appointments_mark_closure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO appointments_freedaymark (practitioner_id, since, until, frees)
        SELECT id, OLD.start_at, OLD.end_at, true FROM practitioners_practitioner WHERE centre_id = OLD.centre_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO appointments_freedaymark (practitioner_id, since, until, frees)
        SELECT id, NEW.start_at, NEW.end_at, false FROM practitioners_practitioner WHERE centre_id = NEW.centre_id;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION appointments_mark_restrictions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO appointments_freedaymark (practitioner_id, since, until, frees)
    SELECT o.practitioner_id, min(o.start_at), max(o.end_at), true
    FROM touched t JOIN appointments_opening o ON o.id = t.opening_id GROUP BY o.practitioner_id;
    RETURN NULL;
END $$;

CREATE FUNCTION appointments_mark_reason() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO appointments_freedaymark (practitioner_id, frees) VALUES (NEW.practitioner_id, true);
    RETURN NULL;
END $$;

CREATE FUNCTION appointments_mark_practitioner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO appointments_freedaymark (practitioner_id, frees) VALUES (NEW.id, true);
    RETURN NULL;
END $$;
"""
NO_FUNCTIONS = """
DROP FUNCTION appointments_mark_practitioner();
DROP FUNCTION appointments_mark_reason();
DROP FUNCTION appointments_mark_restrictions();
DROP FUNCTION appointments_mark_closure();
DROP FUNCTION appointments_mark_changed_spans();
DROP FUNCTION appointments_mark_old_spans();
DROP FUNCTION appointments_mark_new_spans();
DROP FUNCTION appointments_mark_visit();
"""


def _pair(name: str, table: str, how: str) -> tuple[str, str]:
    """The trigger, and what takes it away again."""
    return f"CREATE TRIGGER {name} AFTER {how}".replace(
        "TABLE_HERE", table
    ), f"DROP TRIGGER {name} ON {table}"


def _spans(table: str, *, opens: bool) -> list[tuple[str, str]]:
    """An opening gives time where it is new, an absence where it goes."""
    gives, takes = ("'true'", "'false'") if opens else ("'false'", "'true'")
    new, old = "REFERENCING NEW TABLE AS new_rows", "REFERENCING OLD TABLE AS old_rows"
    both = "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows"
    return [
        _pair(
            "free_day_insert",
            table,
            f"INSERT ON TABLE_HERE {new} {EACH} appointments_mark_new_spans({gives})",
        ),
        _pair(
            "free_day_update", table, f"UPDATE ON TABLE_HERE {both} {EACH} appointments_mark_changed_spans()"
        ),
        _pair(
            "free_day_delete",
            table,
            f"DELETE ON TABLE_HERE {old} {EACH} appointments_mark_old_spans({takes})",
        ),
    ]


EACH = "FOR EACH STATEMENT EXECUTE FUNCTION"
VISIT = "FOR EACH ROW WHEN ({}) EXECUTE FUNCTION appointments_mark_visit()"
COUNTS = "({0}.occupies AND {0}.held_until IS NULL)"
MOVED = "({0}.practitioner_id, {0}.start_at, {0}.blocked_until, {0}.occupies, {0}.held_until IS NULL)"
TRIGGERS = [
    _pair(
        "free_day_insert",
        "appointments_appointment",
        "INSERT ON TABLE_HERE " + VISIT.format(COUNTS.format("NEW")),
    ),
    _pair(
        "free_day_update",
        "appointments_appointment",
        "UPDATE ON TABLE_HERE "
        + VISIT.format(
            f"({COUNTS.format('OLD')} OR {COUNTS.format('NEW')})"
            f" AND {MOVED.format('OLD')} IS DISTINCT FROM {MOVED.format('NEW')}"
        ),
    ),
    _pair(
        "free_day_delete",
        "appointments_appointment",
        "DELETE ON TABLE_HERE " + VISIT.format(COUNTS.format("OLD")),
    ),
    *_spans("appointments_opening", opens=True),
    *_spans("appointments_absence", opens=False),
    *_spans("appointments_workshophost", opens=False),
    *_spans("appointments_externalbusy", opens=False),
    _pair(
        "free_day",
        "appointments_closure",
        "INSERT OR UPDATE OR DELETE ON TABLE_HERE FOR EACH ROW EXECUTE FUNCTION appointments_mark_closure()",
    ),
    _pair(
        "free_day_insert",
        "appointments_opening_reasons",
        f"INSERT ON TABLE_HERE REFERENCING NEW TABLE AS touched {EACH} appointments_mark_restrictions()",
    ),
    _pair(
        "free_day_delete",
        "appointments_opening_reasons",
        f"DELETE ON TABLE_HERE REFERENCING OLD TABLE AS touched {EACH} appointments_mark_restrictions()",
    ),
    _pair(
        "free_day_insert",
        "appointments_visitreason",
        "INSERT ON TABLE_HERE FOR EACH ROW EXECUTE FUNCTION appointments_mark_reason()",
    ),
    _pair(
        "free_day_update",
        "appointments_visitreason",
        "UPDATE ON TABLE_HERE FOR EACH ROW WHEN ("
        "(OLD.practitioner_id, OLD.duration_minutes, OLD.buffer_minutes, OLD.grid_minutes) IS DISTINCT FROM"
        " (NEW.practitioner_id, NEW.duration_minutes, NEW.buffer_minutes, NEW.grid_minutes))"
        " EXECUTE FUNCTION appointments_mark_reason()",
    ),
    _pair(
        "free_day_centre",
        "practitioners_practitioner",
        "UPDATE ON TABLE_HERE FOR EACH ROW WHEN (OLD.centre_id IS DISTINCT FROM NEW.centre_id)"
        " EXECUTE FUNCTION appointments_mark_practitioner()",
    ),
]
EVERYBODY = """
INSERT INTO appointments_freedaymark (practitioner_id, frees) SELECT id, true FROM practitioners_practitioner
"""


class Migration(migrations.Migration):
    dependencies = [
        ("appointments", "0026_joined_reasons"),
        ("practitioners", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="FreeDayMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("practitioner_id", models.BigIntegerField(verbose_name="professionnel")),
                ("since", models.DateTimeField(null=True, verbose_name="de")),
                ("until", models.DateTimeField(null=True, verbose_name="à")),
                (
                    "frees",
                    models.BooleanField(
                        help_text="tant qu’il est là, on cherche aussi ici",
                        verbose_name="libère du temps",
                    ),
                ),
            ],
            options={
                "verbose_name": "jours à recompter",
                "verbose_name_plural": "jours à recompter",
                "default_permissions": (),
                "indexes": [models.Index(fields=["practitioner_id"], name="free_day_mark_whose")],
            },
        ),
        migrations.CreateModel(
            name="FreeDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(help_text="à l’heure de la maison", verbose_name="jour")),
                ("first_start", models.DateTimeField(verbose_name="premier créneau")),
                ("last_start", models.DateTimeField(verbose_name="dernier créneau")),
                (
                    "reason",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="appointments.visitreason",
                        verbose_name="motif",
                    ),
                ),
            ],
            options={
                "verbose_name": "jour libre",
                "verbose_name_plural": "jours libres",
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        fields=["day", "first_start", "reason"],
                        include=["last_start"],
                        name="free_day_in_order",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["reason", "day"],
                        include=["first_start", "last_start"],
                        name="free_day_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_start__gte", models.F("first_start"))),
                        name="free_day_times_in_order",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        *[migrations.RunSQL(*pair) for pair in TRIGGERS],
        migrations.RunSQL(EVERYBODY, migrations.RunSQL.noop),
    ]
