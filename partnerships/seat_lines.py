"""The seats of a session as a screen tells them: who may take how many, until when, and how many are taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.formats import french
from partnerships.seats import SeatPlan, Share


@dataclass(frozen=True)
class SeatLine:
    """`taken` None: these seats are counted among the common ones again."""

    who: str
    size: int
    taken: int | None
    note: str = ""


def seat_lines(plan: SeatPlan) -> list[SeatLine]:
    """What is kept, what was given back, and what is for everybody."""
    kept = dict(zip(map(id, plan.shares), plan.sitting, strict=True))
    lines = [
        SeatLine(_who(share), share.size, kept.get(id(share)), _note(share, is_kept=id(share) in kept))
        for share in plan.ever_kept
    ]
    common = plan.shares[-1]
    extra = _("dont %(number)s en surréservation") % {"number": plan.extra} if plan.extra else ""
    # Who had a seat before the rule was written sits among the others.
    unplaced = plan.taken - sum(plan.sitting)
    return [*lines, SeatLine(_("Pour tous"), common.size, plan.sitting[-1] + unplaced, extra)]


def limit_lines(plan: SeatPlan) -> list[str]:
    """« médecin généraliste : au plus 3 par séance (2 prises) », and what the contract leaves of the month."""
    sentences = []
    for quota in plan.quotas:
        if quota.most_per_session is not None:
            taken = plan.count(quota)
            sentence = ngettext(
                "%(who)s : au plus %(most)s par séance (%(taken)s prise).",
                "%(who)s : au plus %(most)s par séance (%(taken)s prises).",
                taken,
            )
            sentences.append(sentence % {"who": quota.who, "most": quota.most_per_session, "taken": taken})
        if quota.most_per_month is not None:
            taken = plan.count_in_month(quota)
            sentence = ngettext(
                "%(who)s : au plus %(most)s par mois (%(taken)s prise).",
                "%(who)s : au plus %(most)s par mois (%(taken)s prises).",
                taken,
            )
            sentences.append(sentence % {"who": quota.who, "most": quota.most_per_month, "taken": taken})
    if sentences and not plan.quotas_hold:
        sentences.append(
            _("Ces limites ne valent plus depuis le %(day)s : les places qui restent sont à tous.")
            % {"day": french.full_day(plan.quotas_open_on)}
        )
    if plan.agreed is not None and plan.agreed_left is not None:
        sentence = ngettext(
            "Convention : %(seats)s place par mois, encore %(left)s ce mois-là.",
            "Convention : %(seats)s places par mois, encore %(left)s ce mois-là.",
            plan.agreed,
        )
        sentences.append(sentence % {"seats": plan.agreed, "left": max(plan.agreed_left, 0)})
    return sentences


def _who(share: Share) -> str:
    return share.quota.who if share.quota is not None else _("Urgences (priorité 1 ou 2)")


def _note(share: Share, *, is_kept: bool) -> str:
    assert share.opens_on is not None, "only kept seats are given back"
    if is_kept:
        return _("gardées jusqu’au %(day)s") % {"day": french.full_day(share.opens_on - timedelta(days=1))}
    return _("rendues à tous le %(day)s") % {"day": french.full_day(share.opens_on)}
