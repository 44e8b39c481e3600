"""Workshops tell the live schedule what changes: an animator's time, and how many seats are taken."""

from typing import ClassVar

from django.db import migrations

SEATS = """
CREATE FUNCTION appointments_seats_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM appointments_note_change(h.practitioner_id, h.start_at, h.end_at)
    FROM appointments_workshophost h JOIN appointments_workshopsession s ON s.id = h.session_id
    WHERE s.cycle_id = NEW.id AND h.end_at > now();
    RETURN NULL;
END $$;
CREATE TRIGGER schedule_change AFTER UPDATE OF taken, seats ON appointments_workshopcycle
    FOR EACH ROW EXECUTE FUNCTION appointments_seats_changed();
CREATE TRIGGER schedule_change_insert AFTER INSERT ON appointments_workshophost
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION appointments_new_spans();
CREATE TRIGGER schedule_change_update AFTER UPDATE ON appointments_workshophost
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION appointments_changed_spans();
CREATE TRIGGER schedule_change_delete AFTER DELETE ON appointments_workshophost
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION appointments_old_spans();
"""
NO_SEATS = """
DROP TRIGGER schedule_change_delete ON appointments_workshophost;
DROP TRIGGER schedule_change_update ON appointments_workshophost;
DROP TRIGGER schedule_change_insert ON appointments_workshophost;
DROP TRIGGER schedule_change ON appointments_workshopcycle;
DROP FUNCTION appointments_seats_changed();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("appointments", "0016_walk_in")]

    operations: ClassVar = [migrations.RunSQL(SEATS, NO_SEATS)]
