import factory

from coordination.models import (
    CarePathway,
    PathwayStep,
    PathwayTemplate,
    PathwayVersion,
    StepKind,
    TemplateStep,
    VersionState,
)
from core import clock
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import CentreFactory, PractitionerFactory


class PathwayTemplateFactory(factory.django.DjangoModelFactory[PathwayTemplate]):
    class Meta:
        model = PathwayTemplate

    centre = factory.SubFactory(CentreFactory)


class PathwayVersionFactory(factory.django.DjangoModelFactory[PathwayVersion]):
    """Published, without a step."""

    class Meta:
        model = PathwayVersion

    template = factory.SubFactory(PathwayTemplateFactory)
    number = 1
    name = "Troubles de l’équilibre"
    neutral_name = "Parcours A"
    purpose = "Retrouver un bon équilibre."
    state = VersionState.ACTIVE
    published_at = factory.LazyAttribute(
        lambda version: clock.now() if version.state != VersionState.DRAFT else None
    )


class TemplateStepFactory(factory.django.DjangoModelFactory[TemplateStep]):
    """Information given, seven to fourteen days after what it follows."""

    class Meta:
        model = TemplateStep

    version = factory.SubFactory(PathwayVersionFactory)
    position = 1
    kind = StepKind.INFORMATION
    title = factory.LazyAttribute(lambda step: f"Étape {step.position}")


class CarePathwayFactory(factory.django.DjangoModelFactory[CarePathway]):
    """With the steps of its version, untouched."""

    class Meta:
        model = CarePathway
        skip_postgeneration_save = True

    patient = factory.SubFactory(PatientFactory)
    version = factory.SubFactory(PathwayVersionFactory)
    lead = factory.SubFactory(PractitionerFactory)

    @factory.post_generation
    def steps(self, create, extracted, **options):
        if create:
            PathwayStep.objects.bulk_create(
                [
                    PathwayStep(pathway=self, source=source, practitioner=source.practitioner)
                    for source in self.version.steps.order_by("position")
                ]
            )
