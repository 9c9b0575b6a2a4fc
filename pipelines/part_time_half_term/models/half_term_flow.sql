-- A timetable belongs to the half term in which it began, and again to the one in which it ended.
WITH timetables AS (
    SELECT
        timetables.timetable_id,
        timetables.started_on,
        timetables.ended_on,
        timetables.reason,
        lag(timetables.started_on) OVER (PARTITION BY timetables.pupil_key ORDER BY timetables.started_on)
            AS started_before
    FROM placements.part_time_timetables AS timetables
    INNER JOIN reference.schools AS schools ON timetables.urn = schools.urn
    WHERE schools.phase IN ('primary', 'secondary', 'special')
),

begun AS (
    SELECT
        half_terms.half_term,
        count(*) AS begun,
        count(*) FILTER (
            WHERE timetables.started_before > timetables.started_on - INTERVAL '365 days'
        ) AS repeated
    FROM part_time_half_term.half_term_states AS half_terms
    INNER JOIN timetables
        ON timetables.started_on >= half_terms.starts_on AND timetables.started_on <= half_terms.last_day
    GROUP BY half_terms.half_term
),

ended AS (
    SELECT
        half_terms.half_term,
        count(*) AS ended,
        count(*) FILTER (
            WHERE timetables.ended_on - timetables.started_on + 1 <= 7 * $part_time_weeks
        ) AS ended_in_time
    FROM part_time_half_term.half_term_states AS half_terms
    INNER JOIN timetables
        ON timetables.ended_on >= half_terms.starts_on AND timetables.ended_on <= half_terms.last_day
    GROUP BY half_terms.half_term
),

bounds AS (
    SELECT min(started_on) AS first_day FROM timetables
)

SELECT
    half_terms.half_term,
    coalesce(begun.begun, 0) AS begun,
    coalesce(begun.repeated, 0) AS repeated,
    coalesce(ended.ended, 0) AS ended,
    coalesce(ended.ended_in_time, 0) AS ended_in_time,
    half_terms.period_state,
    half_terms.known_to
FROM bounds
CROSS JOIN part_time_half_term.half_term_states AS half_terms
LEFT JOIN begun ON half_terms.half_term = begun.half_term
LEFT JOIN ended ON half_terms.half_term = ended.half_term
WHERE half_terms.starts_on >= bounds.first_day - INTERVAL '31 days' AND half_terms.last_day < $as_of
