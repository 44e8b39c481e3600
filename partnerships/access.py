"""Partners are everybody's who works here, to call and to refer to; contracts and changes are the coordinator's."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet
from django.http import Http404

from accounts.access import Visitor, gives_care, has_role, is_desk
from accounts.models import Role
from appointments.models import Cascade
from partnerships.models import (
    AdvancedConsultation,
    Agreement,
    AgreementDocument,
    AgreementSuspension,
    ConsultationSession,
    ExpectedPatient,
    Partner,
    PartnerContact,
    PartnerProfessional,
    SeatRule,
    SessionPattern,
    SessionState,
)


def may_read(user: Visitor) -> bool:
    return is_desk(user) or gives_care(user)


def may_manage(user: Visitor) -> bool:
    """Who signs and changes: the coordinator, and the administrator in his place."""
    return has_role(user, Role.COORDINATOR, Role.ADMINISTRATOR)


def check_figures(user: Visitor) -> None:
    """The figures of all professions side by side: for who answers for the house."""
    if not may_manage(user):
        raise Http404


def partners_for(user: Visitor) -> QuerySet[Partner]:
    """In two queries more: those of who comes from there, and the contracts of who may read them."""
    if not may_read(user):
        raise Http404
    return Partner.objects.prefetch_related(
        Prefetch(
            "professionals",
            PartnerProfessional.objects.in_force().select_related("practitioner__profession"),
            to_attr="current_professionals",
        ),
    )


def get_partner(user: Visitor, pk: int) -> Partner:
    partner = partners_for(user).prefetch_related("contacts").filter(pk=pk).first()
    if partner is None:
        raise Http404
    return partner


def get_partner_to_manage(user: Visitor, pk: int) -> Partner:
    if not may_manage(user):
        raise Http404
    return get_partner(user, pk)


def get_contact_to_manage(user: Visitor, pk: int) -> PartnerContact:
    contact = PartnerContact.objects.select_related("partner").filter(pk=pk).first()
    if contact is None or not may_manage(user):
        raise Http404
    return contact


def get_link_to_manage(user: Visitor, pk: int) -> PartnerProfessional:
    """Somebody who still comes from a partner."""
    links = PartnerProfessional.objects.in_force().select_related("partner", "practitioner")
    link = links.filter(pk=pk, until=None).first()
    if link is None or not may_manage(user):
        raise Http404
    return link


def agreements_for(user: Visitor) -> QuerySet[Agreement]:
    """With what their state is read from; nothing for who does not manage them."""
    if not may_manage(user):
        return Agreement.objects.none()
    return Agreement.objects.select_related("partner", "renewed_by").prefetch_related(
        "suspensions", "professions"
    )


def get_agreement(user: Visitor, pk: int) -> Agreement:
    agreement = agreements_for(user).filter(pk=pk).first()
    if agreement is None:
        raise Http404
    return agreement


def get_signed_document(user: Visitor, pk: int) -> AgreementDocument:
    documents = AgreementDocument.objects.select_related("agreement__partner", "upload")
    document = documents.filter(pk=pk).first()
    if document is None or not may_manage(user):
        raise Http404
    return document


def get_suspension(user: Visitor, pk: int) -> AgreementSuspension:
    suspension = AgreementSuspension.objects.select_related("agreement__partner").filter(pk=pk).first()
    if suspension is None or not may_manage(user):
        raise Http404
    return suspension


def programmes_for(user: Visitor) -> QuerySet[AdvancedConsultation]:
    """Read by everybody who works here: one must know what can be asked for."""
    if not may_read(user):
        raise Http404
    return AdvancedConsultation.objects.select_related(
        "partner", "category__profession", "place__centre", "room", "triage_by"
    )


def get_programme(user: Visitor, pk: int) -> AdvancedConsultation:
    programme = programmes_for(user).prefetch_related("reasons", "referrers").filter(pk=pk).first()
    if programme is None:
        raise Http404
    return programme


def get_programme_to_manage(user: Visitor, pk: int) -> AdvancedConsultation:
    if not may_manage(user):
        raise Http404
    return get_programme(user, pk)


def get_pattern_to_manage(user: Visitor, pk: int) -> SessionPattern:
    patterns = SessionPattern.objects.select_related("programme__partner", "practitioner")
    pattern = patterns.filter(pk=pk).first()
    if pattern is None or not may_manage(user):
        raise Http404
    return pattern


def get_seat_rule_to_manage(user: Visitor, pk: int) -> SeatRule:
    """Of a programme; a session's own is changed with the session."""
    rule = SeatRule.objects.select_related("programme").filter(pk=pk, session=None).first()
    if rule is None or not may_manage(user):
        raise Http404
    return rule


def sessions_for(user: Visitor) -> QuerySet[ConsultationSession]:
    """With what a line of a list shows. Who comes from a partner sees his own; who works here sees all."""
    found = ConsultationSession.objects.select_related(
        "programme__partner", "practitioner__profession", "room__place", "opening"
    )
    if is_desk(user) or has_role(user, Role.PRACTITIONER, Role.INTERN):
        return found
    if has_role(user, Role.PARTNER):
        return found.filter(practitioner__user=user.pk)
    raise Http404


def get_session(user: Visitor, pk: int) -> ConsultationSession:
    session = sessions_for(user).filter(pk=pk).first()
    if session is None:
        raise Http404
    return session


def get_session_to_manage(user: Visitor, pk: int) -> ConsultationSession:
    if not may_manage(user):
        raise Http404
    return get_session(user, pk)


def may_attend(user: Visitor, session: ConsultationSession) -> bool:
    """Whether he sees who comes, for `sessions_to_attend` without asking the database."""
    return is_desk(user) or session.practitioner.user_id == user.pk


def sessions_to_attend(user: Visitor) -> QuerySet[ConsultationSession]:
    """Those whose patients he may see: all at the desk, for who comes from a partner his own. Colleagues see none."""
    found = sessions_for(user)
    return found if is_desk(user) else found.filter(practitioner__user=user.pk)


def get_session_to_attend(user: Visitor, pk: int) -> ConsultationSession:
    session = sessions_to_attend(user).filter(pk=pk).first()
    if session is None:
        raise Http404
    return session


def may_write_minutes(user: Visitor, session: ConsultationSession) -> bool:
    """Who manages the partners, and who held the session."""
    return may_manage(user) or session.practitioner.user_id == user.pk


def get_session_to_write_of(user: Visitor, pk: int) -> ConsultationSession:
    session = get_session_to_attend(user, pk)
    if not may_write_minutes(user, session):
        raise Http404
    return session


def own_sessions(user: Visitor) -> QuerySet[ConsultationSession]:
    """The home of who comes from a partner; for everybody else it does not exist."""
    if not has_role(user, Role.PARTNER):
        raise Http404
    return sessions_for(user).filter(practitioner__user=user.pk)


def get_cancelled_session(user: Visitor, pk: int) -> ConsultationSession:
    """One that fell away: who was expected in it is looked after by who manages."""
    session = get_session_to_manage(user, pk)
    if session.state != SessionState.CANCELLED:
        raise Http404
    return session


def cascade_of(session: ConsultationSession) -> Cascade | None:
    """None where nobody was expected."""
    plans = Cascade.objects.select_related("sent_by", "practitioner")
    return plans.filter(cancelled_sessions__session=session).first()


def get_expected(user: Visitor, pk: int, reference: str) -> ExpectedPatient:
    """Somebody of the plan of this session, by the reference of the visit that was lost."""
    plan = cascade_of(get_cancelled_session(user, pk))
    found = ExpectedPatient.objects.filter(cascade=plan, disruption__appointment__reference=reference)
    expected = found.select_related(
        "cascade__practitioner",
        "request",
        "disruption__appointment__patient",
        "disruption__appointment__practitioner",
        "disruption__appointment__reason",
        "session__programme__category__profession",
    ).first()
    if expected is None:
        raise Http404
    return expected
