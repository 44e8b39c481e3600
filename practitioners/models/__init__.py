from practitioners.models.centre import Centre, Place, Room
from practitioners.models.equipment import Equipment, EquipmentKind
from practitioners.models.internship import Internship
from practitioners.models.practitioner import Practitioner, PractitionerPlace
from practitioners.models.profession import Profession

__all__ = [
    "Centre",
    "Equipment",
    "EquipmentKind",
    "Internship",
    "Place",
    "Practitioner",
    "PractitionerPlace",
    "Profession",
    "Room",
]
