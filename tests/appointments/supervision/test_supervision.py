"""A trainee receives only while somebody answers for him."""

from __future__ import annotations

from datetime import date

import pytest

from appointments.actions.add_opening import add_opening
from appointments.actions.change_absence import change_absence
from appointments.actions.supervise import NobodyAnswers
from appointments.actions.watch import watch
from appointments.actions.withdraw_absence import withdraw_absence
from appointments.models import Disruption, Opening, StayHalfDay, SupervisionRule, Takeover
from appointments.models.disruption import Cause
from appointments.supervision import answering_for
from core.outbox.models import OutboxMessage
from core.outbox.registry import find
from tests.appointments.supervision.conftest import away, closed, free
from tests.cast import MONDAY, SUNDAY_NOON, on_monday
from tests.factories.appointments import AppointmentFactory, OpeningFactory, VisitReasonFactory
from tests.factories.practitioners import InternshipFactory, PlaceFactory, PractitionerFactory

pytestmark = pytest.mark.django_db


def letter() -> tuple[str, str]:
    """What the one message that waits says: its subject, and its hours."""
    message = OutboxMessage.objects.get()
    kind = find(message.kind)
    assert kind.addresses([message]) == {message.pk: message.address}
    rendered = kind.render([message], kind.load([message]))
    hours = [line for line in rendered.text.replace("\u00a0", " ").splitlines() if line.startswith("- ")]
    return rendered.subject, " ".join(hours).removeprefix("- ")


def test_the_only_supervisors_leave_closes_the_hours_and_the_patient_is_on_the_worklist(
    stay, trainee, supervisor
):
    visit = AppointmentFactory(reason=trainee.reason, start_at=on_monday(9))
    leave = away(supervisor, on_monday(8, 40), on_monday(23))
    assert closed(trainee.practitioner) == [(on_monday(8, 40), on_monday(10))]
    assert free(trainee.reason) == [on_monday(8), on_monday(8, 20)]
    assert list(Disruption.objects.values_list("appointment", "cause", "settled_at")) == [
        (visit.pk, Cause.ABSENCE, None)
    ]
    assert list(OutboxMessage.objects.values_list("kind", "recipient")) == [
        ("supervision.closed", trainee.user.pk)
    ]
    assert letter() == (
        "Vos heures fermées, faute de maître de stage",
        "Lundi 23 novembre 2026, 8 h 40 à 10 h",
    )
    leave.start_at = on_monday(9, 40)
    change_absence(leave, actor=None)
    assert closed(trainee.practitioner) == [(on_monday(9, 40), on_monday(10))]
    withdraw_absence(leave, actor=None)
    assert closed(trainee.practitioner) == []
    assert Disruption.objects.get().outcome == "kept"


def test_another_supervisor_takes_over_and_is_told(stay, trainee, supervisor, second, teammate):
    stay.supervisors.add(second)
    StayHalfDay.objects.create(stay=stay, weekday=0, half="am", supervisor=supervisor)
    visit = AppointmentFactory(reason=trainee.reason, start_at=on_monday(9))
    assert answering_for([visit]) == {visit.pk: supervisor}
    leave = away(supervisor, on_monday(0), on_monday(23))
    assert closed(trainee.practitioner) == []
    assert list(Takeover.objects.values_list("named", "supervisor", "start_at", "end_at")) == [
        (supervisor.pk, second.pk, on_monday(8), on_monday(10))
    ]
    assert answering_for([visit]) == {visit.pk: second}
    assert list(OutboxMessage.objects.values_list("kind", "recipient")) == [
        ("supervision.taken_over", teammate.user.pk)
    ]
    hour = "Lundi 23 novembre 2026, 8 h à 10 h"
    assert letter() == (
        "Vous répondez d’un stagiaire à la place d’un confrère",
        f"{hour} : {trainee.practitioner.display_name}, à la place de {supervisor.display_name}",
    )
    with watch([supervisor.pk], Cause.ABSENCE):
        pass
    assert (Takeover.objects.count(), OutboxMessage.objects.count()) == (1, 1)
    away(second, on_monday(9), on_monday(23))
    assert closed(trainee.practitioner) == [(on_monday(9), on_monday(10))]
    withdraw_absence(leave, actor=None)
    assert (closed(trainee.practitioner), Takeover.objects.count()) == ([], 0)


@pytest.mark.parametrize(("kind", "is_closed"), [("training", False), ("leave", True), ("sick", True)])
def test_a_saspas_intern_needs_somebody_reachable(stay, trainee, supervisor, kind, is_closed):
    away(supervisor, on_monday(0), on_monday(23), kind)
    assert bool(closed(trainee.practitioner)) is is_closed


def test_level_one_needs_somebody_in_the_house(stay, trainee, supervisor):
    stay.level = "n1"
    stay.save()
    Opening.objects.filter(practitioner=supervisor).update(start_at=on_monday(9))
    with watch([supervisor.pk], Cause.RULE_CHANGED):
        pass
    # He is there half an hour before he receives.
    assert closed(trainee.practitioner) == [(on_monday(8), on_monday(8, 30))]


def test_an_intern_never_replaces_an_absent_supervisor(stay, trainee, supervisor):
    stay.level = "n1"
    stay.save()
    away(supervisor, on_monday(0), on_monday(23))
    opening = Opening(
        practitioner=trainee.practitioner, place=PlaceFactory(), start_at=on_monday(14), end_at=on_monday(18)
    )
    with pytest.raises(NobodyAnswers):
        add_opening(opening, [], actor=None)
    assert Opening.objects.filter(start_at=on_monday(14)).count() == 0


def test_an_extern_never_receives_alone(stay, trainee):
    stay.level = "extern"
    stay.save()
    with watch([trainee.practitioner.pk], Cause.RULE_CHANGED):
        pass
    assert free(trainee.reason) == []


def test_the_rule_of_the_day_holds(stay, trainee, supervisor):
    away(supervisor, on_monday(0), on_monday(23), "training")
    assert closed(trainee.practitioner) == []
    SupervisionRule.objects.create(
        level="saspas", valid_from=MONDAY, presence="reachable", away_kinds=["training"]
    )
    with watch([supervisor.pk], Cause.RULE_CHANGED):
        pass
    assert closed(trainee.practitioner) == [(on_monday(8), on_monday(10))]


def test_after_the_stay_nobody_is_received_and_nobody_gets_a_letter(stay, trainee):
    OpeningFactory(practitioner=trainee.practitioner, start_at=on_monday(14))
    stay.until = SUNDAY_NOON.date()
    stay.save()
    with watch([trainee.practitioner.pk], Cause.RULE_CHANGED):
        pass
    assert closed(trainee.practitioner) == [(on_monday(8), on_monday(18))]
    assert OutboxMessage.objects.count() == 0


def test_one_more_query_for_each_trainee_which_is_his_lock(supervisor, sunday, django_assert_num_queries):
    def join() -> None:
        trainee = PractitionerFactory()
        OpeningFactory(practitioner=trainee, start_at=on_monday(8))
        InternshipFactory(intern=trainee, supervisors=[supervisor])
        VisitReasonFactory(practitioner=trainee)

    join()
    with django_assert_num_queries(40, exact=False) as one, watch([supervisor.pk], Cause.ABSENCE):
        pass
    for _ in range(9):
        join()
    with django_assert_num_queries(len(one) + 9), watch([supervisor.pk], Cause.ABSENCE):
        pass


def test_the_day_of_the_stay_counts_in_paris(stay, trainee):
    assert date(2026, 11, 23) == MONDAY
    visit = AppointmentFactory(reason=trainee.reason, start_at=on_monday(8))
    assert answering_for([visit]) == {visit.pk: stay.supervisors.get()}
