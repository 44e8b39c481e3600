"""The coordinator's desk: what comes, what stands in the way, how many wait and for how long."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.urls import reverse

from appointments.models import Absence, Closure, ResourceClosure
from coordination.actions.add_task import add_task
from core import clock
from partnerships.actions.ask_confirmations import ask_confirmations
from partnerships.desk import desk_of
from partnerships.models import ConsultationRequest, ConsultationSession, RequestState, SessionState
from practitioners.house import the_house
from tests.factories.partnerships import AdvancedConsultationFactory, AgreementFactory, PartnerContactFactory
from tests.factories.partnerships_request import ConsultationRequestFactory
from tests.factories.practitioners import EquipmentFactory, PractitionerFactory
from tests.partnerships.partners_desk.conftest import TODAY, expect

pytestmark = pytest.mark.django_db


def alerts(user) -> list[tuple[date, list[str]]]:
    return [
        (line.session.local_day, [one.sentence for one in line.alerts]) for line in desk_of(user).to_settle
    ]


def test_everything_that_stands_in_the_way_is_said(plan, programme, held_by, coordinator):
    def on(day: date, hour: int) -> datetime:
        return clock.at(day, time(hour))

    programme.equipment_kind = EquipmentFactory(place=programme.place, kind__name="échographe").kind
    programme.save(update_fields=["equipment_kind"])
    agreement = programme.partner.agreements.get()
    other = PractitionerFactory(kind="visiting", profession=programme.category.profession)
    soon, away, shut, dark, sound, over = (
        plan(2, room=None),
        plan(4, practitioner=other),
        plan(9),
        plan(11),
        plan(16, room=None),
        plan(18),
    )
    ConsultationSession.objects.exclude(pk=soon.pk).update(state=SessionState.CONFIRMED)
    agreement.ends_on = date(2026, 12, 9)
    agreement.save(update_fields=["ends_on"])
    Absence.objects.create(practitioner=other, start_at=on(away.local_day, 8), end_at=on(away.local_day, 19))
    Closure.objects.create(
        centre=programme.place.centre,
        label="Inventaire",
        start_at=on(shut.local_day, 16),
        end_at=on(shut.local_day, 20),
    )
    for thing in ({"room": dark.room}, {"equipment": programme.equipment_kind.units.get()}):
        ResourceClosure.objects.create(
            **thing, label="Peinture", start_at=on(dark.local_day, 8), end_at=on(dark.local_day, 15)
        )
    expect(sound, 5)
    assert alerts(coordinator) == [
        (soon.local_day, ["Pas encore de salle", "Sans réponse du partenaire : téléphonez"]),
        (away.local_day, [f"{other.display_name} est absent ce jour-là"]),
        (shut.local_day, ["La maison est fermée : Inventaire"]),
        (dark.local_day, ["Salle indisponible : Peinture", "Équipement indisponible : échographe"]),
        (sound.local_day, ["1 de trop pour les places prévues", "Pas encore de salle"]),
        (over.local_day, ["Aucune convention en vigueur ce jour-là"]),
    ]


def test_a_holiday_that_the_rhythm_did_not_know(plan, coordinator):
    plan(26)
    ConsultationSession.objects.update(
        start_at=clock.at(date(2026, 12, 25), time(14)), end_at=clock.at(date(2026, 12, 25), time(17))
    )
    with time_machine.travel(clock.at(date(2026, 12, 1), time(9)), tick=False):
        assert alerts(coordinator) == [(date(2026, 12, 25), ["Jour férié : Noël"])]


def test_a_free_seat_while_somebody_waits_is_a_hole(plan, programme, coordinator):
    near, full, far = plan(3), plan(5), plan(20)
    ConsultationSession.objects.update(state=SessionState.CONFIRMED)
    expect(near, 1)
    expect(full, 4)
    ConsultationRequestFactory(programme=programme, state=RequestState.ACCEPTED)
    ConsultationRequestFactory(programme=programme, state=RequestState.RECEIVED)
    desk = desk_of(coordinator)
    assert [(line.session, line.fill.free, line.waiting, line.is_hole) for line in desk.lines] == [
        (near, 3, 1, True),
        (full, 0, 1, False),
        (far, 4, 1, False),
    ]
    assert ([line.session for line in desk.to_settle], desk.taken, desk.seats) == ([near], 5, 12)
    assert [week.monday.isoformat() for week in desk.weeks] == ["2026-11-23", "2026-12-07"]


def test_the_table_says_who_waits_and_what_stands_in_the_way(plan, programme, bureau):
    plan(3, room=None)
    ConsultationRequestFactory(programme=programme, state=RequestState.ACCEPTED)
    page = bureau.get(reverse("partners_desk")).text
    row = " ".join(re.search(r'<tr>\s*<td class="desk-tick-cell">.*?</tr>', page, re.DOTALL)[0].split())
    assert '<td data-label="En attente" > <span class="desk-hole">1</span> </td>' in row
    assert re.findall(r'<span class="small desk-\w+">([^<]+)</span>', row) == ["Pas encore de salle"]


def test_requests_are_counted_by_state_and_age(programme, coordinator):
    for days, fields in (
        (12, {"state": RequestState.RECEIVED, "urgency": "urgent"}),
        (3, {"state": RequestState.RECEIVED}),
        (2, {"state": RequestState.ACCEPTED}),
        (2, {"state": RequestState.DRAFT}),
        (2, {"state": RequestState.WITHDRAWN}),
    ):
        with time_machine.travel(clock.now() - timedelta(days=days), tick=False):
            ConsultationRequestFactory(programme=programme, **fields)
    ConsultationRequest.objects.filter(urgency="urgent").update(escalated_at=clock.now())
    counts = desk_of(coordinator).requests
    assert [
        (row.name, [(cell.number, cell.days, cell.urgent, cell.late) for cell in row.cells])
        for row in counts.rows
    ] == [
        (
            "Psychiatrie de l’adulte",
            [(2, 12, 1, 1), (0, 0, 0, 0), (1, 2, 0, 0), (0, 0, 0, 0), (0, 0, 0, 0), (0, 0, 0, 0)],
        )
    ]
    assert (counts.to_triage, counts.late, counts.waiting(programme.pk)) == (2, 1, 1)


def test_contracts_and_tasks(programme, coordinator, secretary, bureau):
    late = AgreementFactory(title="Finie", starts_on=date(2025, 1, 1), ends_on=date(2026, 10, 1))
    AgreementFactory(title="Ancienne", starts_on=date(2020, 1, 1), ends_on=date(2021, 1, 1), signed_on=None)
    add_task(coordinator, "Appeler l’EPSM", owner=coordinator, due_on=TODAY - timedelta(days=1))
    desk = bureau.get(reverse("partners_desk")).context["desk"]
    assert [(line.agreement.title, line.days_left, line.needs_renewal) for line in desk.agreements] == [
        (late.title, -52, True),
        ("Consultations avancées de psychiatrie", 404, False),
    ]
    assert [task.title for task in desk.tasks] == ["Appeler l’EPSM"]
    assert secretary.get(reverse("partners_desk")).status_code == 404


def test_the_desk_asks_as_much_for_one_as_for_thirty(
    plan, programme, coordinator, bureau, django_assert_num_queries
):
    PartnerContactFactory(partner=programme.partner, confirms_sessions=True)
    the_house()

    def more(since: int, until: int) -> None:
        for days in range(since, until):
            session = plan(
                days % 27 + 1,
                start_at=clock.at(TODAY + timedelta(days=days % 27 + 1), time(7 + 4 * (days // 27))),
            )
            expect(session, 1)
            ConsultationRequestFactory(
                programme=AdvancedConsultationFactory(partner=programme.partner, name=f"Consultation {days}"),
                state=RequestState.ACCEPTED,
            )
            AgreementFactory(title=f"Convention {days}")
            add_task(coordinator, "Appeler", owner=coordinator, due_on=TODAY)
        ask_confirmations()

    more(0, 1)
    bureau.get(reverse("partners_desk"))
    with django_assert_num_queries(15):
        bureau.get(reverse("partners_desk"))
    more(1, 30)
    with django_assert_num_queries(15):
        page = bureau.get(reverse("partners_desk"))
    assert len(re.findall('type="checkbox" name="seance"', " ".join(page.text.split()))) == 30


def test_the_door_stands_where_she_begins(plan, programme, bureau, doctor):
    PartnerContactFactory(partner=programme.partner, confirms_sessions=True)
    plan(3)
    ask_confirmations()
    words = "1 séance sans réponse du partenaire"
    assert words in bureau.get(reverse("my_day")).text
    assert words in bureau.get(reverse("coordination")).text
    assert words not in doctor.client.get(reverse("my_day")).text
