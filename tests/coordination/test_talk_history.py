"""Whatever joins, leaves, opposes and is said, in any order: nobody reads, and nobody is told, without access."""

from __future__ import annotations

from datetime import timedelta

from django.core.cache import cache
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Role
from coordination.actions.say import ToDo, Words, mark_read, open_conversation, say, set_following
from coordination.actions.watch_tasks import rescue_tasks
from coordination.conversation_access import conversations_for, inbox_of, unread_conversations
from coordination.models import Following, Mention, Message, Task
from coordination.task_access import tasks_for
from core import clock
from core.refusal import Refusal
from patients.access import WordMissing, reason_to_open
from patients.models import CareTeamMember, Consent
from patients.models.care_team import Reason
from patients.models.consent import Decision, Means
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import PractitionerFactory

PEOPLE = 3
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ("join", "leave", "oppose", "close", "withdraw", "say", "call", "task", "read", "mute")
        ),
        st.integers(0, PEOPLE - 1),
        st.integers(0, PEOPLE - 1),
    ),
    min_size=4,
    max_size=12,
)


class HistoryTest(TestCase):
    @settings(max_examples=7, suppress_health_check=[HealthCheck.too_slow])
    @given(STEPS)
    def test_nobody_reads_without_access(self, steps):
        self.patient, self.people = PatientFactory(), []
        for number in range(PEOPLE):
            user = UserFactory(last_name=f"Nom{number}")
            RoleAssignmentFactory(user=user, role=Role.PRACTITIONER)
            self.people.append(PractitionerFactory(user=user))
        CareTeamMember.objects.create(
            patient=self.patient, practitioner=self.people[0], reason=Reason.REFERRAL
        )
        first = open_conversation(self.patient, "Objet", Words("Début"), actor=self.people[0].user)
        self.talk = first.conversation
        for what, index, other in steps:
            before = (Message.objects.count(), Mention.objects.count(), Task.objects.count())
            try:
                self._do(what, self.people[index], self.people[other])
            except Refusal:
                assert before == (Message.objects.count(), Mention.objects.count(), Task.objects.count())
            self._check()

    def _opens(self, who) -> bool:
        try:
            return reason_to_open(self.patient, who) is not None
        except WordMissing:
            return False

    def _check(self) -> None:
        cache.clear()
        rescue_tasks()
        for who in self.people:
            opens, user = self._opens(who), who.user
            assert conversations_for(user).exists() is opens
            assert inbox_of(user).count() <= int(opens)
            assert unread_conversations(user) <= int(opens)
            assert tasks_for(user).count() == (Task.objects.count() if opens else 0)
        for task in Task.objects.open():
            assert task.orphaned_at or self._opens(task.owner.practitioner)

    def _do(self, what, who, other) -> None:
        today, user = clock.today(), who.user
        rows = CareTeamMember.objects.filter(patient=self.patient, practitioner=who)
        if what == "join":
            CareTeamMember.objects.get_or_create(
                patient=self.patient, practitioner=who, reason=Reason.REFERRAL, until=None
            )
        elif what == "leave":
            rows.update(since=today - timedelta(days=9), until=today - timedelta(days=1))
        elif what in ("oppose", "close"):
            Consent.objects.get_or_create(
                patient=self.patient,
                practitioner=who if what == "oppose" else None,
                decision=Decision.OPPOSES,
                withdrawn_at=None,
                defaults={"means": Means.ORAL, "recorded_by": user},
            )
        elif what == "withdraw":
            Consent.objects.update(withdrawn_at=clock.now(), withdrawn_by=user)
        elif what == "read":
            if conversations_for(user).exists():
                mark_read(self.talk, user, 10**12)
        elif what == "mute":
            if conversations_for(user).exists():
                set_following(self.talk, user, is_muted=True)
        else:
            self._say(what, user, other)

    def _say(self, what, user, other) -> None:
        could_read = self._opens(other)
        words = {
            "say": Words("Bonjour"),
            "call": Words(f"Bonjour @{other.user.last_name}"),
            "task": Words("À faire", to_do=ToDo(other.user, clock.today())),
        }[what]
        message = say(self.talk, words, actor=user)
        assert self._opens(user.practitioner)
        assert what == "say" or could_read
        if what == "call" and other.user != user:
            assert message.mentions.get().user == other.user
        assert Following.objects.filter(conversation=self.talk, user=user).exists()
