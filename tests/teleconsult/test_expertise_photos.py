"""Photographs go with a request: taken after its checklist, joined from the record, read by who is asked."""

from __future__ import annotations

import pytest
from django.urls import reverse

from coordination.actions.close_entry import close_entry
from core.uploads import check
from patients.models import CareTeamMember
from patients.models.care_team import Reason
from teleconsult.models import ClinicalPhoto, ExpertiseState, PhotoUse
from tests import files
from tests.cast import sign_in
from tests.factories.teleconsult_expertise import ExpertiseRequestFactory, ExpertPoolFactory, make_expert
from tests.factories.teleconsult_photo import ClinicalPhotoFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]


def test_taken_joined_and_read_by_who_is_asked(doctor, owner, outsider, teammate):
    patient = owner.patient
    CareTeamMember.objects.create(patient=patient, practitioner=doctor.practitioner, reason=Reason.REFERRAL)
    pool = ExpertPoolFactory()
    expert = make_expert("Leroy", pool)
    draft = ExpertiseRequestFactory(
        patient=patient, requester=doctor.practitioner, pool=pool, state=ExpertiseState.DRAFT
    )
    page, edit = (reverse(name, args=[draft.pk]) for name in ("expertise_photos", "edit_expertise_request"))
    assert "manque encore" in doctor.client.get(page).text
    sent = {"photo-overview": files.sent(files.picture()), "taken_on": "2026-11-22", "agreed": "on"}
    assert doctor.client.post(page, {**sent, "body_site": "back"})["Location"] == edit
    check.check_waiting()
    taken = ClinicalPhoto.objects.get()
    shown = doctor.client.get(edit).text
    assert ("vue de près, avec une règle." in shown, taken.words in shown) == (True, True)
    assert doctor.client.get(page).text.count("manque encore") == 2
    # Of the record: one is joined, then taken off again; what serves the request stays in the record.
    known = ClinicalPhotoFactory(patient=patient, taken_by=doctor.user, upload__on_disk=True)
    stranger = ClinicalPhotoFactory(upload__on_disk=True)
    join = reverse("join_expertise_photos", args=[draft.pk])
    for ticked, kept in (
        ([taken.pk, known.pk, stranger.pk], [taken, known]),
        ([known.pk], [known]),
        ([taken.pk, known.pk], [taken, known]),
    ):
        doctor.client.post(join, {"photo": ticked})
        uses = PhotoUse.objects.filter(expertise=draft).order_by("photo")
        assert [use.photo for use in uses] == kept
    for one in (teammate, outsider, owner):
        for address in (page, join):
            assert one.client.post(address).status_code == 404
    # Asked of the pool: its expert looks at these, and at nothing else of the record.
    other = ClinicalPhotoFactory(patient=patient, taken_by=doctor.user, upload__on_disk=True)
    request = ExpertiseRequestFactory(
        patient=patient, requester=doctor.practitioner, pool=pool, state=ExpertiseState.SENT
    )
    PhotoUse.objects.create(photo=taken, expertise=request, added_by=doctor.user)
    reads = sign_in(expert.user)

    def answers(photo):
        picture = reverse("clinical_photo_picture", args=[photo.key, "entiere"])
        large = reverse("clinical_photo", args=[patient.pk, photo.key])
        return [reads.get(address).status_code for address in (picture, large)]

    assert answers(taken) == [200, 200]
    assert answers(other) == [404, 404]
    assert reads.get(reverse("clinical_photos", args=[patient.pk])).status_code == 404
    assert taken.words in reads.get(reverse("expertise_request", args=[request.pk])).text
    close_entry(
        patient, "photos", taken.sitting_id, practitioner=expert, author=doctor.practitioner, actor=owner.user
    )
    assert answers(taken) == [404, 404]
    assert taken.words not in reads.get(reverse("expertise_request", args=[request.pk])).text
