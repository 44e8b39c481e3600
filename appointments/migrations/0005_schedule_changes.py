"""The log that the live schedule reads, and the triggers that write it: whoever writes, nobody can forget to tell.

Statement-level: one row a practitioner and statement, be it a booking or the openings of a year. Unlogged: it is worth
nothing after a crash, and costs no write-ahead log.
"""

from django.db import migrations, models

# A hold that is only prolonged changes nothing on anybody's screen.
FUNCTIONS = """
CREATE FUNCTION appointments_note_change(owner bigint, since timestamptz, until timestamptz) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO appointments_schedulechange (practitioner_id, since, until, transaction, written_at)
    VALUES (owner, since, until, pg_current_xact_id()::text::bigint, statement_timestamp())
$$;

CREATE FUNCTION appointments_new_spans() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM appointments_note_change(practitioner_id, min(start_at), max(end_at))
    FROM new_rows GROUP BY practitioner_id;
    RETURN NULL;
END $$;

CREATE FUNCTION appointments_old_spans() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM appointments_note_change(practitioner_id, min(start_at), max(end_at))
    FROM old_rows GROUP BY practitioner_id;
    RETURN NULL;
END $$;

CREATE FUNCTION appointments_changed_spans() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM appointments_note_change(practitioner_id, min(start_at), max(end_at))
    FROM (SELECT practitioner_id, start_at, end_at FROM old_rows
          UNION ALL SELECT practitioner_id, start_at, end_at FROM new_rows) AS span
    GROUP BY practitioner_id;
    RETURN NULL;
END $$;

CREATE FUNCTION appointments_changed_visits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM appointments_note_change(practitioner_id, min(start_at), max(end_at))
    FROM (
        SELECT o.practitioner_id, o.start_at, o.end_at FROM old_rows o JOIN new_rows n USING (id)
        WHERE o.held_until IS NOT DISTINCT FROM n.held_until OR o.status <> n.status
        UNION
        SELECT n.practitioner_id, n.start_at, n.end_at FROM old_rows o JOIN new_rows n USING (id)
        WHERE o.held_until IS NOT DISTINCT FROM n.held_until OR o.status <> n.status
    ) AS visit
    GROUP BY practitioner_id, start_at;
    RETURN NULL;
END $$;

CREATE FUNCTION appointments_closure_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM appointments_note_change(NULL, OLD.start_at, OLD.end_at); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM appointments_note_change(NULL, NEW.start_at, NEW.end_at); END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION appointments_delay_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM appointments_note_change(NEW.practitioner_id, now(), now());
    RETURN NULL;
END $$;
"""
NO_FUNCTIONS = """
DROP FUNCTION appointments_delay_changed();
DROP FUNCTION appointments_closure_changed();
DROP FUNCTION appointments_changed_visits();
DROP FUNCTION appointments_changed_spans();
DROP FUNCTION appointments_old_spans();
DROP FUNCTION appointments_new_spans();
DROP FUNCTION appointments_note_change(bigint, timestamptz, timestamptz);
"""


def _pair(name: str, table: str, how: str) -> tuple[str, str]:
    """The trigger, and what takes it away again."""
    return f"CREATE TRIGGER {name} AFTER {how}".replace("TABLE_HERE", table), f"DROP TRIGGER {name} ON {table}"


def _triggers(table: str, on_update: str) -> list[tuple[str, str]]:
    return [
        _pair(f"schedule_change_{event.lower()}", table, f"{event} ON TABLE_HERE {rows} {function}()")
        for event, rows, function in (
            ("INSERT", f"REFERENCING NEW TABLE AS new_rows {EACH}", "appointments_new_spans"),
            ("UPDATE", f"REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows {EACH}", on_update),
            ("DELETE", f"REFERENCING OLD TABLE AS old_rows {EACH}", "appointments_old_spans"),
        )
    ]


EACH = "FOR EACH STATEMENT EXECUTE FUNCTION"
CLOSURE = "INSERT OR UPDATE OR DELETE ON TABLE_HERE FOR EACH ROW EXECUTE FUNCTION appointments_closure_changed()"
# A delay is always today's.
DELAY = "INSERT OR UPDATE ON TABLE_HERE FOR EACH ROW EXECUTE FUNCTION appointments_delay_changed()"
TRIGGERS = [
    *_triggers("appointments_appointment", "appointments_changed_visits"),
    *_triggers("appointments_opening", "appointments_changed_spans"),
    *_triggers("appointments_absence", "appointments_changed_spans"),
    _pair("schedule_change", "appointments_closure", CLOSURE),
    _pair("schedule_change", "appointments_delay", DELAY),
]


class Migration(migrations.Migration):
    dependencies = [("appointments", "0004_no_show_rule")]

    operations = [
        migrations.CreateModel(
            name="ScheduleChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "practitioner_id",
                    models.BigIntegerField(
                        help_text="vide : toute la maison", null=True, verbose_name="professionnel"
                    ),
                ),
                ("since", models.DateTimeField(verbose_name="de")),
                ("until", models.DateTimeField(verbose_name="à")),
                (
                    "transaction",
                    models.BigIntegerField(
                        db_index=True,
                        help_text="l’ordre des clés n’est pas celui des validations : on lit par transaction",
                        verbose_name="transaction",
                    ),
                ),
                ("written_at", models.DateTimeField(verbose_name="noté le")),
            ],
            options={
                "verbose_name": "changement du planning",
                "verbose_name_plural": "changements du planning",
                "default_permissions": (),
            },
        ),
        migrations.RunSQL(
            "ALTER TABLE appointments_schedulechange SET UNLOGGED",
            "ALTER TABLE appointments_schedulechange SET LOGGED",
        ),
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        *[migrations.RunSQL(*pair) for pair in TRIGGERS],
    ]
