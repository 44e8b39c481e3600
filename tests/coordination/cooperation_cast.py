"""A reason that a cooperation protocol binds, and who is trained for it."""

from datetime import date

from coordination.actions.cooperate import delegate_to, save_cooperation
from coordination.models import CooperationProtocol
from tests.factories.practitioners import CentreFactory

QUESTIONS = [
    ("Avez-vous plus de 18 ans\N{NO-BREAK SPACE}?", False),
    ("Avez-vous de la fièvre\N{NO-BREAK SPACE}?", True),
]


def tie(doctor, **fields) -> CooperationProtocol:
    """The reason of `doctor` (played by the delegate) is bound."""
    protocol = CooperationProtocol(
        **{
            "centre": CentreFactory(),
            "title": "Photos de lésions",
            "reference": "Arrêté du 1er mars 2021",
            "acts": "Photographier.",
            "start_on": date(2026, 1, 1),
            **fields,
        }
    )
    save_cooperation(protocol, actor=doctor.user, doctors=[], reasons=[doctor.reason], criteria=QUESTIONS)
    doctor.reason.refresh_from_db()
    return protocol


def train(protocol, doctor, until=date(2027, 6, 30)):
    return delegate_to(
        protocol,
        doctor.practitioner,
        actor=doctor.user,
        trained_on=date(2026, 1, 1),
        training="Attestation ARS",
        since=date(2026, 1, 1),
        valid_until=until,
    )
