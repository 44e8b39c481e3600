"""What the team does together: meetings with minutes, people discussed, protocols in force. Pure: one query."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partnerships.figures_asked import Asked
from partnerships.figures_columns import ATTENDANCES, COOPERATIONS, DISCUSSED, MEETINGS, PROTOCOLS
from partnerships.figures_period import Period
from partnerships.figures_scope import Scope
from partnerships.figures_sql import BEFORE, NOW, PERIODS, Found, ask
from partnerships.figures_table import Line, Table, count

STATEMENT = f"""
WITH {PERIODS},
held AS (
    SELECT period.k, meeting.id, meeting.end_at - meeting.start_at AS length
    FROM period
    JOIN coordination_teammeeting meeting ON meeting.start_at >= period.since AND meeting.start_at < period.until
    WHERE meeting.kind = 'rcp' AND meeting.state = 'closed'
)
SELECT k, 'whole', '',
       (SELECT count(*) FROM held WHERE held.k = period.k) AS meetings,
       (SELECT count(*) FROM held JOIN coordination_meetingmember m ON m.meeting_id = held.id
        WHERE held.k = period.k AND m.presence IN ('present', 'remote')) AS attendances,
       (SELECT count(DISTINCT item.patient_id) FROM held JOIN coordination_meetingitem item ON item.meeting_id = held.id
        WHERE held.k = period.k AND item.state = 'discussed') AS discussed,
       (SELECT count(*) FROM coordination_protocolversion version
        WHERE version.adopted_on < (until AT TIME ZONE 'Europe/Paris')::date
          AND (version.ended_on IS NULL OR version.ended_on >= (until AT TIME ZONE 'Europe/Paris')::date)) AS protocols,
       (SELECT count(*) FROM coordination_cooperationprotocol protocol
        WHERE protocol.start_on < (until AT TIME ZONE 'Europe/Paris')::date
          AND (protocol.end_on IS NULL OR protocol.end_on >= (until AT TIME ZONE 'Europe/Paris')::date)
          AND (protocol.suspended_on IS NULL
               OR protocol.suspended_on >= (until AT TIME ZONE 'Europe/Paris')::date)) AS cooperations
FROM period
"""  # noqa: S608 – pieces of our own


def team(period: Period, scope: Scope) -> Found:
    """By « whole » only: it is the team's, whatever the scope."""
    return ask(STATEMENT, period, scope)


COLUMNS = [MEETINGS, ATTENDANCES, DISCUSSED, PROTOCOLS, COOPERATIONS]


def team_tables(asked: Asked) -> list[Table]:
    found = team(asked.period, asked.scope)
    lines = [
        Line(period.label, [count(found.of("whole", period=which).get(column.key)) for column in COLUMNS])
        for which, period in ((NOW, asked.period), (BEFORE, asked.period.before))
    ]
    now = lines[0].values
    sentence = _("%(meetings)s, %(discussed)s ; %(protocols)s.") % {
        "meetings": ngettext("%(n)s RCP avec compte rendu", "%(n)s RCP avec compte rendu", count(now[0]))
        % {"n": now[0]},
        "discussed": ngettext("%(n)s personne discutée", "%(n)s personnes discutées", count(now[2]))
        % {"n": now[2]},
        "protocols": ngettext(
            "%(n)s protocole de l’équipe en vigueur", "%(n)s protocoles de l’équipe en vigueur", count(now[3])
        )
        % {"n": now[3]},
    }
    return [Table("equipe", _("Réunions et protocoles"), sentence, _("Période"), COLUMNS, lines, drawn=0)]
