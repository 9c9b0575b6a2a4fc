-- Each child with a code or a notice in a half term, once at a school, in the first class that fits. The code C2 exists since
-- August 2024.
WITH half_terms AS (
    SELECT
        terms.academic_year || '-' || terms.term AS half_term,
        terms.starts_on,
        terms.ends_on,
        min(days.school_day_no) AS first_no,
        max(days.school_day_no) AS last_no
    FROM reference.term_dates AS terms
    INNER JOIN reference.school_calendar AS days
        ON days.is_school_day AND days.calendar_date >= terms.starts_on AND days.calendar_date <= terms.ends_on
    WHERE terms.starts_on >= DATE '2024-08-01' AND terms.ends_on < $as_of
    GROUP BY terms.academic_year, terms.term, terms.starts_on, terms.ends_on
),

codes AS (
    SELECT
        half_terms.half_term,
        attendance.urn,
        attendance.pupil_key,
        sum(attendance.sessions_c2) AS sessions_c2,
        sum(attendance.sessions_b) AS sessions_b
    FROM half_terms
    INNER JOIN outcomes.pupil_attendance AS attendance
        ON
            attendance.week_start <= half_terms.ends_on
            AND attendance.week_start + INTERVAL '4 days' >= half_terms.starts_on
    GROUP BY half_terms.half_term, attendance.urn, attendance.pupil_key
),

returned AS (
    SELECT DISTINCT half_term, urn FROM codes
),

numbered AS (
    SELECT
        timetables.pupil_key,
        timetables.urn,
        CASE WHEN starts.is_school_day THEN starts.school_day_no ELSE starts.school_day_no + 1 END AS start_no,
        CASE WHEN timetables.ended_on IS NULL THEN 999999 ELSE ends.school_day_no END AS end_no
    FROM placements.part_time_timetables AS timetables
    LEFT JOIN reference.school_calendar AS starts ON timetables.started_on = starts.calendar_date
    LEFT JOIN reference.school_calendar AS ends ON timetables.ended_on = ends.calendar_date
),

-- A notice ten school days before or after the half term is one for it.
notices AS (
    SELECT
        half_terms.half_term,
        numbered.urn,
        numbered.pupil_key,
        sum(
            greatest(
                least(numbered.end_no, half_terms.last_no) - greatest(numbered.start_no, half_terms.first_no) + 1, 0
            )
        ) AS notice_days
    FROM half_terms
    INNER JOIN numbered
        ON numbered.start_no <= half_terms.last_no + 10 AND numbered.end_no >= half_terms.first_no - 10
    GROUP BY half_terms.half_term, numbered.urn, numbered.pupil_key
),

placed AS (
    SELECT DISTINCT half_terms.half_term, spells.pupil_key
    FROM half_terms
    INNER JOIN activity.placement_spells AS spells
        ON spells.first_day_no <= half_terms.last_no AND spells.last_day_no >= half_terms.first_no
),

children AS (
    SELECT
        coalesce(codes.half_term, notices.half_term) AS half_term,
        coalesce(codes.urn, notices.urn) AS urn,
        coalesce(codes.pupil_key, notices.pupil_key) AS pupil_key,
        coalesce(codes.sessions_c2, 0) AS sessions_c2,
        coalesce(codes.sessions_b, 0) AS sessions_b,
        notices.notice_days
    FROM codes
    FULL OUTER JOIN notices
        ON
            codes.half_term = notices.half_term
            AND codes.urn = notices.urn
            AND codes.pupil_key = notices.pupil_key
    WHERE codes.sessions_c2 > 0 OR notices.notice_days > 0
)

SELECT
    children.half_term,
    children.urn,
    schools.school_name,
    schools.phase,
    children.pupil_key,
    cast(children.sessions_c2 AS BIGINT) AS sessions_c2,
    cast(coalesce(children.notice_days, 0) AS BIGINT) AS notice_days,
    CASE
        WHEN returned.urn IS NULL THEN 'NOT_RETURNED'
        WHEN children.sessions_c2 > 0 AND children.notice_days IS NOT NULL THEN 'BOTH'
        WHEN children.sessions_c2 >= 2 * $part_time_code_floor THEN 'C2_WITHOUT_NOTICE'
        WHEN children.sessions_c2 > 0 THEN 'BELOW_FLOOR'
        WHEN children.notice_days < $part_time_code_floor THEN 'SHORT_NOTICE'
        WHEN children.sessions_b >= 10 AND placed.pupil_key IS NULL THEN 'HIDDEN_IN_B'
        ELSE 'NOTICE_WITHOUT_C2'
    END AS register_match,
    states.period_state,
    states.known_to
FROM children
INNER JOIN reference.schools AS schools
    ON children.urn = schools.urn AND schools.phase IN ('primary', 'secondary', 'special')
LEFT JOIN returned ON children.half_term = returned.half_term AND children.urn = returned.urn
LEFT JOIN placed ON children.half_term = placed.half_term AND children.pupil_key = placed.pupil_key
LEFT JOIN part_time_half_term.half_term_states AS states ON children.half_term = states.half_term
