from typing import ClassVar

from django.db import migrations

FORWARDS = """
CREATE TRIGGER audit_seal_append_only BEFORE UPDATE OR DELETE ON audit_auditseal
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_seal_no_truncate BEFORE TRUNCATE ON audit_auditseal
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
CREATE FUNCTION audit_refuse_late() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.at < (SELECT max(until) FROM audit_auditseal) THEN
        RAISE EXCEPTION 'this time of the audit trail is sealed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_no_late BEFORE INSERT ON audit_auditevent FOR EACH ROW EXECUTE FUNCTION audit_refuse_late();
"""
BACKWARDS = """
DROP TRIGGER audit_no_late ON audit_auditevent;
DROP FUNCTION audit_refuse_late();
DROP TRIGGER audit_seal_no_truncate ON audit_auditseal;
DROP TRIGGER audit_seal_append_only ON audit_auditseal;
"""


class Migration(migrations.Migration):
    """Seals are added, never changed; nothing is written into a stretch that is sealed."""

    dependencies: ClassVar = [("audit", "0003_seals")]

    operations: ClassVar = [migrations.RunSQL(FORWARDS, BACKWARDS)]
