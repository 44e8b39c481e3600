import pytest
from django.db import Error, connection, transaction

from core.trips import Sent, travel

ONE = "SELECT %s::int + 1 AS one_more"


def prepared(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement = %s",
            [statement.replace("%s", "$1")],
        )
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
class TestPlans:
    def test_a_statement_is_prepared_once_and_a_refusal_leaves_it_prepared(self):
        with pytest.raises(Error, match="division by zero"), transaction.atomic():
            travel(Sent(ONE, [1]), Sent("SELECT 1 / %s::int", [0]), Sent("SELECT 7", []))
        assert travel(Sent(ONE, [1]), Sent(ONE, [2])) == [[(2,)], [(3,)]]
        assert prepared(ONE) == 1

    def test_what_is_sent_once_keeps_no_plan(self):
        statement = "SELECT %s::int - 1 AS one_less"
        assert travel(Sent(statement, [1], once=True)) == [[(0,)]]
        assert prepared(statement) == 0

    def test_what_the_server_has_forgotten_is_prepared_anew_the_next_time(self):
        travel(Sent(ONE, [1]))
        with connection.cursor() as cursor:
            cursor.execute("DEALLOCATE ALL")
        with pytest.raises(Error), transaction.atomic():
            travel(Sent(ONE, [1]))
        assert travel(Sent(ONE, [1])) == [[(2,)]]

    def test_values_by_name_stand_where_they_are_named(self):
        statement = "SELECT %(b)s::text || %(a)s::text || %(b)s::text || '%%'"
        assert travel(Sent(statement, {"a": "1", "b": "2", "c": "unused"})) == [[("212%",)]]
