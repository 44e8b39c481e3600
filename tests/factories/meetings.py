from datetime import date, time, timedelta

import factory

from coordination.models import MeetingItem, MeetingMember, TeamMeeting
from core import clock
from tests.factories.accounts import UserFactory
from tests.factories.practitioners import CentreFactory, PlaceFactory, PractitionerFactory

TUESDAY = date(2026, 12, 1)


class TeamMeetingFactory(factory.django.DjangoModelFactory[TeamMeeting]):
    """Tuesday 1 December, 12 h 30 to 13 h 30."""

    class Meta:
        model = TeamMeeting

    centre = factory.SubFactory(CentreFactory)
    title = "RCP de la maison"
    start_at = clock.at(TUESDAY, time(12, 30))
    end_at = factory.LazyAttribute(lambda o: o.start_at + timedelta(hours=1))
    place = factory.SubFactory(PlaceFactory)
    chair = factory.SubFactory(PractitionerFactory)


class MeetingMemberFactory(factory.django.DjangoModelFactory[MeetingMember]):
    class Meta:
        model = MeetingMember

    meeting = factory.SubFactory(TeamMeetingFactory)
    practitioner = factory.SubFactory(PractitionerFactory)


class MeetingItemFactory(factory.django.DjangoModelFactory[MeetingItem]):
    class Meta:
        model = MeetingItem

    meeting = factory.SubFactory(TeamMeetingFactory)
    question = "Maintien à domicile ?"
    proposed_by = factory.SubFactory(UserFactory)
