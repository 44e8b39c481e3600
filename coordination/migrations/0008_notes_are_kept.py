from typing import ClassVar

from django.db import migrations

# Rows that nobody may change or take away, whatever program asks.
KEPT = (
    "noteversion",
    "noteaddressee",
    "notereading",
    "measure",
    "careplanproblem",
    "careplangoal",
    "careplanactivity",
)

FORWARDS = """
CREATE FUNCTION coordination_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are kept as they were written', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION coordination_keep_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR (NEW.id, NEW.author_id, NEW.kind, NEW.for_team, NEW.in_reply_to_id, NEW.written_at)
            IS DISTINCT FROM (OLD.id, OLD.author_id, OLD.kind, OLD.for_team, OLD.in_reply_to_id, OLD.written_at)
        OR NEW.current_number NOT IN (OLD.current_number, OLD.current_number + 1)
        OR (OLD.withdrawn_at IS NOT NULL
            AND (NEW.withdrawn_at, NEW.withdrawn_reason, NEW.current_number)
                IS DISTINCT FROM (OLD.withdrawn_at, OLD.withdrawn_reason, OLD.current_number))
    THEN
        RAISE EXCEPTION 'a note gets versions and a withdrawal, nothing else' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER note_kept BEFORE UPDATE OR DELETE ON coordination_note
    FOR EACH ROW EXECUTE FUNCTION coordination_keep_note();

CREATE FUNCTION coordination_keep_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR (to_jsonb(NEW) - '{agreed_on,agreed_means,agreed_with,agreed_noted_by_id}'::text[])
            IS DISTINCT FROM (to_jsonb(OLD) - '{agreed_on,agreed_means,agreed_with,agreed_noted_by_id}'::text[])
        OR (OLD.agreed_on IS NOT NULL AND NEW IS DISTINCT FROM OLD)
    THEN
        RAISE EXCEPTION 'a version of a care plan gets an agreement, nothing else'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER care_plan_version_kept BEFORE UPDATE OR DELETE ON coordination_careplanversion
    FOR EACH ROW EXECUTE FUNCTION coordination_keep_plan();
""" + "".join(
    f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON coordination_{table}"
    " FOR EACH ROW EXECUTE FUNCTION coordination_refuse_change();\n"
    for table in KEPT
)
BACKWARDS = (
    "DROP TRIGGER note_kept ON coordination_note;\n"
    "DROP TRIGGER care_plan_version_kept ON coordination_careplanversion;\n"
    + "".join(f"DROP TRIGGER {table}_kept ON coordination_{table};\n" for table in KEPT)
    + "DROP FUNCTION coordination_keep_plan();\n"
    "DROP FUNCTION coordination_keep_note();\n"
    "DROP FUNCTION coordination_refuse_change();\n"
)


class Migration(migrations.Migration):
    """A note gets versions and may be withdrawn; a plan gets versions and may be agreed upon; words never change."""

    dependencies: ClassVar = [("coordination", "0007_notes_and_care_plan")]

    operations: ClassVar = [migrations.RunSQL(FORWARDS, BACKWARDS)]
