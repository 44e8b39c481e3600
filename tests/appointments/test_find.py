import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from appointments import weeks
from appointments.actions.count_free_days import count_free_days
from appointments.models import Appointment, Bookability, Opening, PatientScope
from core import clock
from tests.cast import MONDAY, on_monday
from tests.factories.appointments import (
    AppointmentFactory,
    OpeningFactory,
    ReasonCategoryFactory,
    VisitReasonFactory,
)
from tests.factories.practitioners import PlaceFactory, ProfessionFactory, RoomFactory

SHOWN = re.compile(r'name="slot" value="(\d+)\.(\d+)"[^>]*>\s*<time datetime="([^"]+)"')


def find(client, **asked):
    return client.get(f"{reverse('find')}?{urlencode(asked)}")


def slots(response, reason) -> list[str]:
    """What the grid offers for the reason: the banner of the first one left out."""
    grid = response.content.decode().split('<article class="finding', 1)[-1]
    return [iso for key, _start, iso in SHOWN.findall(grid) if int(key) == reason.pk]


def test_the_week_shows_every_free_slot_and_nothing_else(visitor, doctor):
    AppointmentFactory(reason=doctor.reason, start_at=on_monday(8, 40))
    response = find(visitor)
    assert slots(response, doctor.reason) == [
        f"2026-11-23T{hour}:00+01:00" for hour in ("08:00", "08:20", "09:00", "09:20", "09:40")
    ]
    page = response.content.decode()
    assert "Première disponibilité" in page
    assert "Dr Claire Vandamme" in page


def test_looking_writes_nothing(visitor, doctor):
    find(visitor)
    assert Appointment.objects.count() == 0
    assert "sessionid" not in visitor.cookies


def test_an_empty_week_names_the_next_free_date(visitor, doctor):
    Opening.objects.update(
        start_at=on_monday(8) + timedelta(days=14), end_at=on_monday(10) + timedelta(days=14)
    )
    response = find(visitor)
    page = response.content.decode()
    assert "Prochain rendez-vous : lundi 7\xa0décembre à 8\xa0h" in page
    link = re.search(r'href="(\?[^"]*du=2026-12-07)"', page)
    assert link
    following = visitor.get(reverse("find") + link[1].replace("&amp;", "&"))
    assert len(slots(following, doctor.reason)) == 6


def test_whoever_is_free_first_comes_first(visitor, doctor, teammate):
    AppointmentFactory(reason=doctor.reason, start_at=on_monday(8))
    page = find(visitor).content.decode()
    assert page.index("Caron") < page.index("Vandamme")


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"motif": "vaccination"}, 0),
        ({"motif": "consultation-de-medecine-generale"}, 6),
        ({"profession": "medecin-generaliste"}, 6),
        ({"profession": "sage-femme"}, 0),
        ({"praticien": "vandamme"}, 6),
        ({"praticien": "caron"}, 0),
        ({"ou": "video"}, 0),
        ({"ou": "centre"}, 6),
        ({"ou": "sur la lune"}, 6),
        ({"langue": "nl"}, 6),
        ({"langue": "pl"}, 0),
        ({"moment": "matin"}, 6),
        ({"moment": "soir"}, 0),
        ({"du": "2026-11-23"}, 6),
        ({"du": "2026-11-24"}, 0),
        ({"du": "hier"}, 6),
        ({"du": "1026-01-01"}, 6),
        ({"page": "999"}, 6),
        ({"page": "-1"}, 6),
        ({"quand": "prochaine"}, 6),
        ({"quand": "mois"}, 0),
    ],
)
def test_each_filter(visitor, doctor, asked, count):
    doctor.practitioner.languages = ["fr", "nl"]
    doctor.practitioner.save(update_fields=["languages"])
    response = find(visitor, **asked)
    assert (response.status_code, len(slots(response, doctor.reason))) == (200, count)


def test_a_reason_that_is_not_for_everyone_is_not_shown(visitor, doctor):
    type(doctor.reason).objects.update(bookable_by=Bookability.INVITED)
    assert slots(find(visitor), doctor.reason) == []


def test_slots_for_known_patients_show_to_them_alone(visitor, owner, outsider, doctor):
    type(doctor.reason).objects.update(patient_scope=PatientScope.KNOWN)
    owner.patient.attending_doctor = doctor.practitioner
    owner.patient.save(update_fields=["attending_doctor"])
    assert [len(slots(find(one), doctor.reason)) for one in (visitor, outsider.client, owner.client)] == [
        0,
        0,
        6,
    ]
    assert "Connectez-vous pour voir vos créneaux" in find(visitor).content.decode()


def test_one_row_per_practitioner_with_his_first_reason(visitor, doctor):
    other = VisitReasonFactory(practitioner=doctor.practitioner, position=1, name="Certificat")
    assert len(slots(find(visitor), other)) == 6
    assert slots(find(visitor), doctor.reason) == []


def test_a_second_motif_is_found_by_its_category(visitor, doctor):
    vaccination = VisitReasonFactory(
        practitioner=doctor.practitioner,
        category=ReasonCategoryFactory(slug="vaccination", name="Vaccination"),
    )
    assert len(slots(find(visitor, motif="vaccination"), vaccination)) == 6


def test_nothing_found_says_what_to_do(visitor, doctor):
    page = find(visitor, profession="astrologue").content.decode()
    assert "Aucun rendez-vous en ligne ne répond à cette recherche" in page


def test_the_number_of_queries_is_the_same_for_one_and_thirty(visitor, owner, django_assert_num_queries):
    def add(count):
        for n in range(count):
            reason = VisitReasonFactory(
                practitioner__profession=ProfessionFactory(name=f"p{n}", slug=f"p{n}")
            )
            OpeningFactory(practitioner=reason.practitioner, start_at=on_monday(8))
            empty = VisitReasonFactory()
            OpeningFactory(practitioner=empty.practitioner, start_at=on_monday(8) + timedelta(days=20))

    add(1)
    count_free_days()
    find(visitor)  # the house is read once a minute
    with django_assert_num_queries(3):  # reasons, who is due, week and next ones
        find(visitor)
    add(29)
    count_free_days()
    with django_assert_num_queries(3):
        find(visitor)
    with django_assert_num_queries(6):  # session, account with its roles, who knows her
        find(owner.client)


def test_somebody_who_receives_in_two_places_says_where_each_day(visitor, doctor):
    annexe = PlaceFactory(name="Annexe de Sailly")
    OpeningFactory(practitioner=doctor.practitioner, place=annexe, start_at=on_monday(8) + timedelta(days=1))
    page = find(visitor).content.decode()
    assert page.count("Annexe de Sailly</small>") == page.count("Bâtiment principal</small>") == 1
    assert len(slots(find(visitor, lieu=annexe.pk), doctor.reason)) == 12
    assert len(slots(find(visitor, lieu="partout"), doctor.reason)) == 18


def test_a_telephone_shows_two_days_of_a_long_week_and_says_how_much_there_is(visitor, doctor):
    """All slots stand in the page: what is folded is a matter of the style sheet, and of script being there."""
    short = find(visitor).content.decode()
    assert (short.count("is-folded"), short.count("is-later"), short.count("data-unfold")) == (0, 0, 0)
    for days in (1, 2, 3):
        OpeningFactory(practitioner=doctor.practitioner, start_at=on_monday(8) + timedelta(days=days))
    response = find(visitor)
    long = response.content.decode()
    count = len(slots(response, doctor.reason))
    assert (long.count("is-folded"), long.count("is-later"), long.count("data-unfold")) == (1, 2, 1)
    assert f"Voir les {count} créneaux de la semaine" in long


def test_the_week_begins_today_even_if_it_is_sunday(visitor, doctor):
    response = find(visitor)
    assert response.context["week"].first_day == MONDAY - timedelta(days=1) == clock.today()


@pytest.mark.parametrize("many", [0, 200])
def test_of_a_large_house_the_first_in_order_are_shown_page_by_page(visitor, sunday, monkeypatch, many):
    """Whichever way they are chosen, and although the summary knows nothing of the room that they share."""
    monkeypatch.setattr(weeks, "MANY", many)
    room = RoomFactory()
    reasons = [VisitReasonFactory(notice_minutes=0) for _ in range(14)]
    for number, reason in enumerate(reasons):
        at = on_monday(18) - timedelta(minutes=40 * number)
        OpeningFactory(practitioner=reason.practitioner, room=room if number == 13 else None, start_at=at)
    count_free_days()
    colleague = VisitReasonFactory(duration_minutes=240)
    AppointmentFactory(reason=colleague, room=room, start_at=on_monday(9))
    # The last would be first, had nobody taken its room: it is free at one o'clock only.
    expected = [*reversed(reasons[:13]), colleague]
    expected.insert(5, reasons[13])
    pages = [find(visitor, page=page).context["week"].rows for page in (1, 2, 3)]
    assert [row.reason for page in pages for row in page] == expected
