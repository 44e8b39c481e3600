"""Two visits that are one for the patient: told, counted, shown and cancelled once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from icalendar import Calendar

from appointments import delays, export, no_shows
from appointments.actions.cancel import cancel
from appointments.actions.change_state import Step, change_state
from appointments.actions.hold import hold
from appointments.actions.move import SeenTogether, move
from appointments.actions.reschedule import reschedule
from appointments.check_in import visits_now
from appointments.ics import calendar_for
from appointments.models import Appointment, NoShowRule, Status
from appointments.placing import Wish
from core import clock
from core.outbox.delivery import deliver
from core.outbox.models import OutboxMessage, State
from tests.cast import SUNDAY_NOON, on_monday, sign_in


class TestCountedOnce:
    """Wherever somebody's visits are listed, counted or told, two professionals at once are one visit."""

    def test_one_message_names_both(self, together, mailoutbox):
        deliver()
        (sent,) = mailoutbox
        assert "avec Dr Claire Vandamme et Dr Claire Caron" in sent.body
        guest = together.companions.get()
        about = OutboxMessage.objects.filter(subject_type="appointments.appointment")
        assert set(about.values_list("subject_id", flat=True)) == {together.pk}
        assert not about.filter(subject_id=guest.pk).exists()

    def test_a_sensitive_guest_names_nobody(self, together, teammate, mailoutbox):
        type(teammate.reason).objects.filter(pk=teammate.reason.pk).update(is_sensitive=True)
        deliver()
        assert "Vandamme" not in mailoutbox[0].body
        assert "Caron" not in calendar_for(Appointment.objects.get(pk=together.pk)).decode()

    def test_the_calendar_entry(self, together):
        (event,) = Calendar.from_ical(calendar_for(together)).events
        assert event["SUMMARY"] == "Rendez-vous avec Dr Claire Vandamme et Dr Claire Caron"

    def test_the_space_and_the_page(self, together, owner):
        home = owner.client.get(reverse("my_space"))
        assert [shown.visit for shown in home.context["visits"]] == [together]
        assert "Claire Caron" in home.text
        page = owner.client.get(reverse("appointment", args=[together.reference]))
        assert (page.status_code, "Claire Caron" in page.text) == (200, True)
        elsewhere = reverse("move_appointment", args=[together.reference])
        leave = owner.client.get(reverse("cancel_appointment", args=[together.reference]))
        assert "Oui, annuler" in leave.text
        assert [elsewhere in shown.text for shown in (home, page, leave)] == [False] * 3
        guest = together.companions.get()
        for name in ("appointment", "appointment_ics", "cancel_appointment", "move_appointment"):
            assert owner.client.get(reverse(name, args=[guest.reference])).status_code == 404

    def test_the_export(self, together, owner):
        rows = export.everything(owner.user)["appointments"]
        assert [row["with"] for row in rows] == ["Dr Claire Vandamme et Dr Claire Caron"]

    def test_the_record(self, together, doctor, teammate, owner, desk):
        guest = together.companions.get()
        record = reverse("patient_record", args=[owner.patient.pk])
        for client, row in ((sign_in(desk), together), (doctor.client, together), (teammate.client, guest)):
            assert list(client.get(record).context["coming"]) == [row]

    def test_past_visits_and_no_shows(self, together, owner, desk):
        centre = together.practitioner.centre
        NoShowRule.objects.create(centre=centre, since=clock.today() - timedelta(days=30))
        with time_machine.travel(on_monday(9, 30), tick=False):
            change_state(together, Step.ABSENT, actor=desk)
            assert set(Appointment.objects.values_list("status", flat=True)) == {Status.NO_SHOW}
            row = no_shows.with_missed(
                type(owner.patient).objects.filter(pk=owner.patient.pk), clock.now()
            ).get()
            assert row.missed == 1
            owner.client.force_login(owner.user)
            past = owner.client.get(reverse("past_appointments"))
            assert [visit.pk for visit in past.context["page"]] == [together.pk]

    def test_the_door_and_a_delay(self, together, teammate):
        with time_machine.travel(on_monday(8, 50), tick=False):
            assert list(visits_now(clock.now())) == [together]
            assert delays.still_to_come(teammate.practitioner.pk, 10, clock.now()) == [together]

    def test_changed_preferences_write_one_reminder(self, together, owner):
        from appointments import notifications

        with time_machine.travel(SUNDAY_NOON - timedelta(days=5), tick=False):
            notifications.preferences_changed(owner.user)
        subjects = OutboxMessage.objects.filter(kind__startswith="appointments.reminder", state=State.DUE)
        assert set(subjects.values_list("subject_id", flat=True)) == {together.pk}


class TestAfterwards:
    @pytest.mark.parametrize("which", ["host", "guest"])
    def test_cancelled_together(self, together, desk, which, mailoutbox):
        deliver()
        mailoutbox.clear()
        row = together if which == "host" else together.companions.get()
        cancel(row, actor=desk, by_staff=True)
        assert set(Appointment.objects.values_list("status", flat=True)) == {Status.CANCELLED}
        deliver()
        assert len(mailoutbox) == 1

    def test_the_patient_cancels_both(self, together, owner):
        with time_machine.travel(SUNDAY_NOON - timedelta(days=2), tick=False):
            owner.client.force_login(owner.user)
            owner.client.post(reverse("cancel_appointment", args=[together.reference]))
        assert set(Appointment.objects.values_list("status", flat=True)) == {Status.CANCELLED}

    def test_a_pair_is_not_moved_by_half(self, together, doctor, desk):
        held = hold(doctor.reason, on_monday(8), holder="accueil", moving=together)
        with pytest.raises(SeenTogether):
            move(together, held, holder="accueil", actor=desk, by_staff=True)
        together.refresh_from_db()
        assert together.start_at == on_monday(9)

    def test_neither_by_the_patient_nor_on_the_schedule(self, together, owner, desk, doctor):
        with time_machine.travel(SUNDAY_NOON - timedelta(days=2), tick=False):
            owner.client.force_login(owner.user)
            address = reverse("move_appointment", args=[together.reference])
            assert address not in owner.client.get(reverse("my_space")).text
            answer = owner.client.get(address)
        assert (answer.status_code, "appelez le secrétariat" in answer.text) == (409, True)
        wish = Wish(on_monday(8), doctor.practitioner)
        for row in (together, together.companions.get()):
            with pytest.raises(SeenTogether):
                reschedule(row, wish, actor=desk)

    def test_a_leg_of_a_chain_alone(self, chain, desk, owner):
        stop = reverse("cancel_for_patient", args=[owner.patient.pk, chain.second.reference])
        page = sign_in(desk).get(stop)
        assert (page.context["other"], "Claire Vandamme à la suite" in page.text) == (chain.first, True)
        cancel(chain.second, actor=desk, by_staff=True)
        assert sorted(Appointment.objects.values_list("status", flat=True)) == ["booked", "cancelled"]

    def test_arrived_once_begun_by_each(self, together, doctor):
        guest = together.companions.get()
        with time_machine.travel(on_monday(8, 55), tick=False):
            change_state(guest, Step.ARRIVE, actor=doctor.user)
            together.refresh_from_db()
            assert together.status == Status.ARRIVED
            change_state(together, Step.BEGIN, actor=doctor.user)
            guest.refresh_from_db()
            assert guest.status == Status.ARRIVED
        with time_machine.travel(on_monday(9), tick=False):
            change_state(together, Step.UNDO, actor=doctor.user)
            change_state(together, Step.UNDO, actor=doctor.user)
        assert set(Appointment.objects.values_list("status", flat=True)) == {Status.BOOKED}
