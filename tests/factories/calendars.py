import factory

from appointments.models import CalendarFeed, ExternalBusy, ExternalCalendar
from appointments.models.calendar_feed import digest_of
from tests.factories.practitioners import PractitionerFactory


class CalendarFeedFactory(factory.django.DjangoModelFactory[CalendarFeed]):
    """Its token is the one that the test names: `token="abc"`."""

    class Meta:
        model = CalendarFeed
        exclude = ("token",)

    token = factory.Sequence(lambda n: f"token-{n}")
    digest = factory.LazyAttribute(lambda feed: digest_of(feed.token))
    practitioner = factory.SubFactory(PractitionerFactory)
    label = "Mon téléphone"


class ExternalCalendarFactory(factory.django.DjangoModelFactory[ExternalCalendar]):
    class Meta:
        model = ExternalCalendar

    practitioner = factory.SubFactory(PractitionerFactory)
    name = "Agenda personnel"
    address = "https://agenda.example.org/prive/secret.ics"


class ExternalBusyFactory(factory.django.DjangoModelFactory[ExternalBusy]):
    class Meta:
        model = ExternalBusy

    calendar = factory.SubFactory(ExternalCalendarFactory)
    practitioner = factory.SelfAttribute("calendar.practitioner")
