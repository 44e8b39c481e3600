import factory
from django.db import transaction

from appointments.models import PlaceKind
from teleconsult.actions.plan_video_visits import follow_visit
from teleconsult.models import Participant, ParticipantRole, VideoVisit
from tests.factories.appointments import AppointmentFactory


class VideoAppointmentFactory(AppointmentFactory):
    place_kind = PlaceKind.VIDEO


def a_video_visit(**appointment: object) -> VideoVisit:
    """Planned as the portal plans it, from an appointment made of these fields."""
    with transaction.atomic():
        row = VideoAppointmentFactory(**appointment)
        follow_visit(row)
    return VideoVisit.objects.get(appointment=row)


class ThirdFactory(factory.django.DjangoModelFactory[Participant]):
    class Meta:
        model = Participant

    role = ParticipantRole.THIRD
    name = factory.Sequence(lambda n: f"Interprète {n}")
