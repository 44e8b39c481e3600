"""Partners as the coordinator scans them: which contract holds, and which one needs a hand. Pure: reads."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from django.db.models import QuerySet

from partnerships.models import ALERT_MONTHS, Agreement, AgreementState, Partner

OVER = frozenset({AgreementState.EXPIRED, AgreementState.ENDED})


@dataclass(frozen=True)
class Line:
    """`agreement` is the newest one; none where nothing was written, or for who may not read contracts."""

    partner: Partner
    agreement: Agreement | None
    state: AgreementState | None
    needs_renewal: bool


def needs_renewal(agreement: Agreement, today: date) -> bool:
    """Within the first step of the alerts, or over, and nobody has written the next version."""
    begins = agreement.ends_really_on - relativedelta(months=max(ALERT_MONTHS))
    return agreement.signed_on is not None and today >= begins and not hasattr(agreement, "renewed_by")


def board(partners: QuerySet[Partner], agreements: QuerySet[Agreement], today: date) -> list[Line]:
    """What needs renewing first, the nearest end first; then by name. Five queries, however many partners."""
    newest: dict[int, list[Agreement]] = defaultdict(list)
    for agreement in agreements.order_by("starts_on", "pk"):
        newest[agreement.partner_id].append(agreement)
    lines = [
        line for partner in partners.order_by("name") for line in _lines(partner, newest[partner.pk], today)
    ]
    return sorted(
        lines, key=lambda line: (not line.needs_renewal, _end(line) if line.needs_renewal else date.max)
    )


def _lines(partner: Partner, agreements: list[Agreement], today: date) -> list[Line]:
    """One for each contract that is not followed by another, or one without."""
    last = [one for one in agreements if not hasattr(one, "renewed_by")]
    if not last:
        return [Line(partner, None, None, needs_renewal=False)]
    current = [one for one in last if one.state_on(today) not in OVER] or last[-1:]
    return [Line(partner, one, one.state_on(today), needs_renewal(one, today)) for one in current]


def _end(line: Line) -> date:
    return line.agreement.ends_really_on if line.agreement else date.max
