"""The two statements of the shared schedule; `appointments/schedule.py` masks what they bring."""

# No visit and no opening is longer than 24 hours: that bounds the index.
SPANS = """
SELECT 0, practitioner_id, place_id, room_id,
       date_part('epoch', start_at)::bigint AS since, date_part('epoch', end_at)::bigint, audience::text
FROM appointments_opening
WHERE practitioner_id = ANY(%(practitioners)s) AND cancelled_at IS NULL
  AND start_at > %(start)s - interval '24 hours' AND start_at < %(end)s AND end_at > %(start)s
UNION ALL
SELECT 1, practitioner_id, NULL, NULL,
       date_part('epoch', start_at)::bigint, date_part('epoch', end_at)::bigint, kind
FROM appointments_absence
WHERE practitioner_id = ANY(%(practitioners)s) AND start_at < %(end)s AND end_at > %(start)s
UNION ALL
SELECT 4, practitioner_id, NULL, NULL,
       date_part('epoch', start_at)::bigint, date_part('epoch', end_at)::bigint, title
FROM appointments_externalbusy
WHERE practitioner_id = ANY(%(practitioners)s) AND start_at < %(end)s AND end_at > %(start)s
UNION ALL
SELECT 2, p.id, c.place_id, NULL,
       date_part('epoch', c.start_at)::bigint, date_part('epoch', c.end_at)::bigint, c.label
FROM appointments_closure c JOIN practitioners_practitioner p ON p.centre_id = c.centre_id
WHERE p.id = ANY(%(practitioners)s) AND c.start_at < %(end)s AND c.end_at > %(start)s
UNION ALL
SELECT 3, practitioner_id, NULL, NULL, date_part('epoch', announced_at)::bigint, minutes, ''
FROM appointments_delay
WHERE practitioner_id = ANY(%(practitioners)s) AND day = %(today)s AND lifted_at IS NULL
  AND %(today)s BETWEEN %(first)s AND %(last)s
UNION ALL
SELECT 5, 0, r.place_id, r.id,
       date_part('epoch', c.start_at)::bigint, date_part('epoch', c.end_at)::bigint, c.label
FROM appointments_resourceclosure c JOIN practitioners_room r ON r.id = c.room_id
WHERE c.start_at < %(end)s AND c.end_at > %(start)s
UNION ALL
SELECT 6, h.practitioner_id, s.place_id, s.room_id,
       date_part('epoch', h.start_at)::bigint, date_part('epoch', h.end_at)::bigint,
       concat_ws('/', s.id, c.taken, c.seats, CASE
           WHEN NOT w.is_sensitive OR %(desk)s::boolean THEN w.title
           WHEN EXISTS (SELECT FROM appointments_workshop_animators a
                        WHERE a.workshop_id = w.id AND a.practitioner_id = %(reader)s::bigint) THEN w.title
           ELSE '' END)
FROM appointments_workshophost h
JOIN appointments_workshopsession s ON s.id = h.session_id
JOIN appointments_workshopcycle c ON c.id = s.cycle_id
JOIN appointments_workshop w ON w.id = c.workshop_id
WHERE h.practitioner_id = ANY(%(practitioners)s) AND h.start_at < %(end)s AND h.end_at > %(start)s
ORDER BY since
"""

# The reader takes part in the care of a patient by the same grounds as patients/access/ names. A hold whose time
# is over is free again.
VISITS = """
WITH visit AS MATERIALIZED (
    SELECT id, practitioner_id, place_id, room_id, start_at, end_at, blocked_until, status, is_overbooked,
           reason_id, patient_id
    FROM appointments_appointment
    WHERE occupies AND practitioner_id = ANY(%(practitioners)s)
      AND start_at > %(start)s - interval '24 hours' AND start_at < %(end)s AND blocked_until > %(start)s
      AND (held_until IS NULL OR held_until > %(now)s)
), care AS MATERIALIZED (
    SELECT patient_id FROM patients_careteammember
    WHERE practitioner_id = %(reader)s::bigint AND since <= %(today)s AND (until IS NULL OR until >= %(today)s)
      AND patient_id IN (SELECT patient_id FROM visit)
    UNION
    SELECT id FROM patients_patient
    WHERE attending_doctor_id = %(reader)s::bigint AND id IN (SELECT patient_id FROM visit)
    UNION
    SELECT patient_id FROM appointments_appointment
    WHERE practitioner_id = %(reader)s::bigint AND status = ANY(%(active)s)
      AND patient_id IN (SELECT patient_id FROM visit)
    EXCEPT
    SELECT patient_id FROM patients_consent
    WHERE decision = 'opposes' AND withdrawn_at IS NULL
      AND (practitioner_id = %(reader)s::bigint OR practitioner_id IS NULL)
)
SELECT v.id, v.practitioner_id, v.place_id, v.room_id,
       date_part('epoch', v.start_at)::bigint, date_part('epoch', v.end_at)::bigint,
       date_part('epoch', v.blocked_until)::bigint, v.status, v.is_overbooked, r.name, r.colour,
       coalesce(nullif(p.used_first_name, ''), split_part(p.birth_first_names, ' ', 1), ''),
       coalesce(nullif(p.used_name, ''), p.birth_name, ''),
       r.is_sensitive, v.patient_id IN (SELECT patient_id FROM care)
FROM visit v
JOIN appointments_visitreason r ON r.id = v.reason_id
LEFT JOIN patients_patient p ON p.id = v.patient_id
ORDER BY v.practitioner_id, v.start_at, v.id
"""
