import logging
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.models import CharField, DateTimeField, F

from core import clock
from core.audit.models import AuditEvent, AuditSeal
from core.db import lock, violated
from core.prepared import Lock, Question, ask, ask_together, given, inserting, locking, updating
from patients.models import Proxy
from tests.factories.patients import ProxyFactory

OF_AN_ACTION = Question(
    lambda: AuditEvent.objects.filter(action=given("action", CharField), reason="100 %").order_by("pk")
)
LATER = Question(
    lambda: (
        AuditEvent.objects.filter(at__gt=given("after", DateTimeField)).order_by("pk").values_list("action")
    )
)
STALE = Question(lambda: AuditEvent.objects.filter(at__gt=clock.now()))
ACTING = Question(
    lambda: (
        Proxy.objects.filter(user=given("user"))
        .select_related("patient", "user")
        .annotate(of=F("patient__sex"))
    )
)


def line(action: str) -> AuditEvent:
    return AuditEvent(action=action, actor_label="système", subject_type="core.test", reason="100 %")


def seal(number: int) -> AuditSeal:
    until = datetime(2026, 1, number, tzinfo=UTC)
    return AuditSeal(day=until.date(), number=1, until=until, events=0, digest="x")


@pytest.mark.django_db
class TestOne:
    def test_a_question_answers_what_its_queryset_does(self, django_assert_num_queries):
        proxy = ProxyFactory()
        ProxyFactory()
        with django_assert_num_queries(1):
            [found] = ask(ACTING(user=proxy.user_id))
            assert (found, found.patient, found.user, found.of) == (
                proxy,
                proxy.patient,
                proxy.user,
                proxy.patient.sex,
            )
        assert vars(found.patient)["birth_date"] == proxy.patient.birth_date

    def test_each_asking_gives_its_own_values(self):
        ask(inserting([line("one"), line("two")]))
        assert [
            [found.action for found in ask(OF_AN_ACTION(action=action))] for action in ("one", "two", "three")
        ] == [["one"], ["two"], []]

    def test_tuples_for_a_list_of_values(self):
        ask(inserting([line("one")]))
        now = clock.now()
        asked = [LATER(after=now - timedelta(minutes=1)), LATER(after=now + timedelta(minutes=1))]
        assert [ask(one) for one in asked] == [[("one",)], []]

    def test_a_moment_that_is_not_given_would_be_the_same_for_ever(self):
        with pytest.raises(AssertionError, match="give it"):
            STALE()

    def test_a_number_that_no_column_holds_finds_nothing(self):
        ProxyFactory()
        assert ask(ACTING(user=2**63)) == []

    def test_a_row_is_changed_where_it_is_said_and_nowhere_else(self):
        mine, other = ProxyFactory(), ProxyFactory()
        mine.relation, mine.state = "child", "ended"
        ask(updating(mine, "relation"))
        assert list(Proxy.objects.order_by("pk").values_list("pk", "relation", "state")) == [
            (mine.pk, "child", "active"),
            (other.pk, other.relation, "active"),
        ]

    def test_what_a_constraint_refuses_may_be_left(self):
        [first] = ask(inserting([seal(1)]))
        [second] = ask(inserting([seal(1), seal(2)], or_leave=True))
        assert list(AuditSeal.objects.order_by("pk").values_list("pk", flat=True)) == [first, second]


@pytest.mark.django_db
class TestTogether:
    def test_the_answers_come_in_order_and_each_is_counted(self, django_assert_num_queries):
        ask(OF_AN_ACTION(action="written once"))
        with django_assert_num_queries(3):
            answers = ask_together(
                inserting([line("one")]), OF_AN_ACTION(action="one"), OF_AN_ACTION(action="two")
            )
        assert ([row.pk for row in answers[1]], answers[2]) == (answers[0], [])

    def test_the_first_refusal_is_raised_and_nothing_stands_nor_is_logged(self, caplog):
        ask(inserting([seal(1)]))
        with (
            caplog.at_level(logging.DEBUG),
            pytest.raises(IntegrityError, match="auditseal_until"),
            transaction.atomic(),
        ):
            ask_together(inserting([line("one")]), inserting([seal(1)]), inserting([line("two")]))
        assert (AuditEvent.objects.count(), AuditSeal.objects.count(), caplog.messages) == (0, 1, [])

    def test_a_refusal_read_on_the_way_names_its_constraint_too(self):
        """Of so many statements, the answer to the first comes back before the last is sent."""
        ask(inserting([seal(1)]))
        more = [inserting([line("one")]) for _each in range(300)]
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            ask_together(inserting([seal(1)]), *more)
        assert "auditseal_until" in str(violated(refused.value))


@pytest.mark.django_db(transaction=True)
def test_what_was_committed_while_a_lock_was_waited_for_is_seen():
    locked, asked, found = threading.Event(), threading.Event(), []

    def wait_and_read() -> None:
        locked.wait(10)
        with transaction.atomic():
            connection.ensure_connection()
            asked.set()
            found.extend(ask_together(locking(Lock("test", 1)), OF_AN_ACTION(action="meanwhile"))[1])
        connections.close_all()

    thread = threading.Thread(target=wait_and_read)
    thread.start()
    with transaction.atomic():
        lock("test", 1)
        locked.set()
        asked.wait(10)
        thread.join(0.1)
        [key] = ask(inserting([line("meanwhile")]))
        assert found == []
    thread.join(10)
    assert [row.pk for row in found] == [key]
