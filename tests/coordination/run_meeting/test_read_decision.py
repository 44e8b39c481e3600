"""Who reads in the record what a meeting decided."""

from __future__ import annotations

from coordination.access import Reader as RecordReader
from coordination.actions.agenda import note_item_consent
from coordination.models import ItemConsent
from coordination.panels import doors_of
from coordination.timeline import source_of
from patients.models.consent import Means
from tests.coordination.meeting_cast import END, make_outsider
from tests.coordination.run_meeting.conftest import held


def test_the_record_shows_from_outside_only_what_was_agreed(table, item, owner, doctor, teammate):
    note_item_consent(item, table.visitor.practitioner, means=Means.WRITTEN, actor=doctor.user)
    held(table, item, doctor, teammate)
    source = source_of("meeting")
    assert source is not None
    elsewhere = make_outsider("Ailleurs")
    readers = (teammate, table.visitor, elsewhere)

    def lines() -> list[list[int]]:
        rows = [source.rows(owner.patient, who.practitioner) for who in readers]
        return [list(found.values_list("pk", flat=True)) for found in rows]

    assert lines() == [[item.pk], [item.pk], []]
    ItemConsent.objects.update(withdrawn_at=END)
    assert lines() == [[item.pk], [], []]
    doors = [
        {door.url_name for door, _url in doors_of(owner.patient, RecordReader(who.user, who.practitioner))}
        for who in readers
    ]
    assert ["propose_patient" in names for names in doors] == [True, False, False]
