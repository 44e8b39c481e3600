import factory

from appointments.models import BookingCap, Programme
from core import clock
from tests.factories.practitioners import CentreFactory


class ProgrammeFactory(factory.django.DjangoModelFactory[Programme]):
    class Meta:
        model = Programme
        django_get_or_create = ("name",)

    centre = factory.SubFactory(CentreFactory)
    name = "Accès direct"


class BookingCapFactory(factory.django.DjangoModelFactory[BookingCap]):
    class Meta:
        model = BookingCap

    programme = factory.SubFactory(ProgrammeFactory)
    most = 8
    since = factory.LazyFunction(lambda: clock.today().replace(month=1, day=1))
    source = "Loi n° 2023-379 du 19 mai 2023"
