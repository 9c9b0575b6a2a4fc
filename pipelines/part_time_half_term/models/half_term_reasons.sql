-- Every reason is there in every half term, so that a row that is missing tells nothing.
WITH begun AS (
    SELECT half_terms.half_term, timetables.reason
    FROM part_time_half_term.half_term_states AS half_terms
    INNER JOIN placements.part_time_timetables AS timetables
        ON timetables.started_on >= half_terms.starts_on AND timetables.started_on <= half_terms.last_day
    INNER JOIN reference.schools AS schools
        ON timetables.urn = schools.urn AND schools.phase IN ('primary', 'secondary', 'special')
    WHERE half_terms.last_day < $as_of
),

counted AS (
    SELECT half_term, coalesce(reason, 'all') AS reason, count(*) AS begun
    FROM begun
    GROUP BY GROUPING SETS ((half_term, reason), (half_term))
)

SELECT
    half_terms.half_term,
    reasons.reason,
    coalesce(counted.begun, 0) AS begun,
    states.period_state,
    states.known_to
FROM (SELECT DISTINCT half_term FROM begun) AS half_terms
CROSS JOIN (
    SELECT DISTINCT reason FROM begun
    UNION ALL
    SELECT 'all' AS reason
) AS reasons
LEFT JOIN counted ON half_terms.half_term = counted.half_term AND reasons.reason = counted.reason
LEFT JOIN part_time_half_term.half_term_states AS states ON half_terms.half_term = states.half_term
