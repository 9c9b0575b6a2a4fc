WITH counted AS (
    SELECT days.academic_year, episodes.reason, count(*) AS starts
    FROM outcomes.home_education AS episodes
    INNER JOIN reference.days AS days ON episodes.started_on - 1 = days.calendar_date
    GROUP BY days.academic_year, episodes.reason
),

cells AS (
    SELECT years.academic_year, reasons.reason, coalesce(counted.starts, 0) AS starts
    FROM needs_assessment.home_education_flows AS years
    CROSS JOIN (SELECT DISTINCT reason FROM counted) AS reasons
    LEFT JOIN counted ON years.academic_year = counted.academic_year AND reasons.reason = counted.reason
),

totals AS (
    SELECT academic_year, coalesce(reason, 'all') AS reason, cast(sum(starts) AS BIGINT) AS starts
    FROM cells
    GROUP BY GROUPING SETS ((academic_year, reason), (academic_year))
),

known AS (
    SELECT academic_year, cast(sum(starts) AS BIGINT) AS starts_with_reason
    FROM cells
    WHERE reason <> 'UNKNOWN'
    GROUP BY academic_year
)

SELECT
    totals.academic_year,
    totals.reason,
    totals.starts,
    CASE WHEN totals.reason NOT IN ('UNKNOWN', 'all') THEN known.starts_with_reason END AS starts_with_reason,
    states.period_state,
    states.known_to
FROM totals
LEFT JOIN known ON totals.academic_year = known.academic_year
LEFT JOIN needs_assessment.series_states AS states
    ON totals.academic_year = states.academic_year AND states.series = 'REGISTERS'
