from datetime import timedelta

import factory
from stdnum import luhn

from core import clock
from practitioners.models import (
    Centre,
    Equipment,
    EquipmentKind,
    Internship,
    Place,
    Practitioner,
    Profession,
    Room,
)


class CentreFactory(factory.django.DjangoModelFactory[Centre]):
    class Meta:
        model = Centre
        django_get_or_create = ("slug",)

    name = "Maison de santé des Tilleuls"
    slug = "tilleuls"
    address = "4 rue des Tilleuls"
    postal_code = "62840"
    city = "Laventie"


class PlaceFactory(factory.django.DjangoModelFactory[Place]):
    class Meta:
        model = Place
        django_get_or_create = ("centre", "name")

    centre = factory.SubFactory(CentreFactory)
    name = "Bâtiment principal"
    address = "4 rue des Tilleuls"
    postal_code = "62840"
    city = "Laventie"


class RoomFactory(factory.django.DjangoModelFactory[Room]):
    class Meta:
        model = Room

    place = factory.SubFactory(PlaceFactory)
    name = factory.Sequence(lambda n: f"Salle {n}")


class EquipmentKindFactory(factory.django.DjangoModelFactory[EquipmentKind]):
    class Meta:
        model = EquipmentKind

    centre = factory.SubFactory(CentreFactory)
    name = factory.Sequence(lambda n: f"Électrocardiographe {n}")


class EquipmentFactory(factory.django.DjangoModelFactory[Equipment]):
    class Meta:
        model = Equipment

    kind = factory.SubFactory(EquipmentKindFactory)
    place = factory.SubFactory(PlaceFactory)
    name = factory.Sequence(lambda n: f"Appareil {n}")


class ProfessionFactory(factory.django.DjangoModelFactory[Profession]):
    class Meta:
        model = Profession
        django_get_or_create = ("slug",)

    name = "médecin généraliste"
    plural_name = "médecins généralistes"
    slug = "medecin-generaliste"
    role_code = "10"
    is_medical_doctor = True
    can_be_attending_doctor = True


class PractitionerFactory(factory.django.DjangoModelFactory[Practitioner]):
    class Meta:
        model = Practitioner

    centre = factory.SubFactory(CentreFactory)
    profession = factory.SubFactory(ProfessionFactory)
    title = "Dr"
    first_name = "Claire"
    last_name = factory.Sequence(lambda n: f"Vandamme{n}")
    slug = factory.Sequence(lambda n: f"claire-vandamme-{n}")
    rpps = factory.Sequence(lambda n: f"1{n:09d}" + luhn.calc_check_digit(f"1{n:09d}"))


class InternshipFactory(factory.django.DjangoModelFactory[Internship]):
    """From ninety days ago to ninety days from now."""

    class Meta:
        model = Internship
        skip_postgeneration_save = True

    intern = factory.SubFactory(PractitionerFactory)
    level = "saspas"
    since = factory.LazyFunction(lambda: clock.today() - timedelta(days=90))
    until = factory.LazyFunction(lambda: clock.today() + timedelta(days=90))

    @factory.post_generation
    def supervisors(self, create, extracted, **options):
        if create and extracted:
            self.supervisors.set(extracted)
