"""The coordinator says for whom seats are kept: for a programme from a day on, or for one session."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal
from partnerships.models import ConsultationSession, SeatQuota, SeatRule, SessionState


class AnotherComes(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Un autre partage commence plus tard : retirez-le d’abord."))


class TooLate(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Le nouveau partage commence aujourd’hui au plus tôt : le passé garde le sien."))


class SessionClosed(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette séance est passée ou annulée : ses places ne changent plus."))


@transaction.atomic
def set_programme_seats(rule: SeatRule, quotas: Iterable[SeatQuota], *, since: date, actor: User) -> SeatRule:
    """For sessions from that day on; what held until then ends the day before. Nobody loses his seat.

    Raises `TooLate`, and `AnotherComes` where one is planned for later.
    """
    lock("seats", rule.programme.partner_id)
    if since < clock.today():
        raise TooLate
    known = SeatRule.objects.filter(programme=rule.programme, session=None)
    if known.filter(since__gt=since).exists():
        raise AnotherComes
    known.filter(since=since).delete()
    known.on(since).update(until=since - timedelta(days=1))
    rule.since = since
    return _save(rule, quotas, "seats.set", actor)


@transaction.atomic
def set_session_seats(
    session: ConsultationSession,
    seats: int,
    rule: SeatRule | None,
    quotas: Iterable[SeatQuota],
    *,
    actor: User,
) -> ConsultationSession:
    """So many seats, shared by its own rule; None: by that of its programme again. Raises `SessionClosed`."""
    partner = session.programme.partner_id
    session = ConsultationSession.objects.select_for_update(no_key=True, of=("self",)).get(pk=session.pk)
    # After the row: who cancels holds it while he waits for bookings to end, and these may wait for seats.
    lock("seats", partner)
    if session.state == SessionState.CANCELLED or session.end_at <= clock.now():
        raise SessionClosed
    before, session.seats = session.seats, seats
    session.save(update_fields=["seats"])
    SeatRule.objects.filter(session=session).delete()
    record(actor, "session.seats_set", session, before=before, after=seats, own_rule=rule is not None)
    if rule is not None:
        rule.session, rule.programme_id = session, session.programme_id
        _save(rule, quotas, "session.seats_shared", actor)
    return session


@transaction.atomic
def drop_programme_seats(rule: SeatRule, *, actor: User) -> None:
    """From today on nothing is kept any more; one that had not begun never was, one that is over stays as it was."""
    lock("seats", rule.programme.partner_id)
    if rule.until is not None and rule.until < clock.today():
        return
    record(actor, "seats.dropped", rule, programme=rule.programme_id)
    if rule.since is None or rule.since >= clock.today():
        rule.delete()
        return
    rule.until = clock.today() - timedelta(days=1)
    rule.save(update_fields=["until"])


def _save(rule: SeatRule, quotas: Iterable[SeatQuota], action: str, actor: User) -> SeatRule:
    rule.save(force_insert=True)
    lines = list(quotas)
    for quota in lines:
        quota.rule = rule
    SeatQuota.objects.bulk_create(lines)
    record(
        actor,
        action,
        rule,
        programme=rule.programme_id,
        since=rule.since.isoformat() if rule.since else "",
        reserve=rule.urgent_reserve,
        overbooking=rule.overbooking_percent,
        quotas=[
            [line.profession_id, line.referrer_id, line.kept, line.most_per_session, line.most_per_month]
            for line in lines
        ],
    )
    return rule
