WITH counted AS (
    SELECT days.academic_year, episodes.reason, count(*) AS episodes_begun
    FROM outcomes.missing_education AS episodes
    INNER JOIN reference.days AS days ON episodes.started_on = days.calendar_date
    GROUP BY days.academic_year, episodes.reason
),

cells AS (
    SELECT years.academic_year, reasons.reason, coalesce(counted.episodes_begun, 0) AS episodes_begun
    FROM needs_assessment.missing_education_flows AS years
    CROSS JOIN
        (
            VALUES
            ('NEW_ARRIVAL_NO_PLACE'),
            ('AWAITING_SPECIALIST_PLACE'),
            ('MOVED_WHEREABOUTS_UNKNOWN'),
            ('REMOVED_FROM_ROLL'),
            ('UNSUITABLE_HOME_EDUCATION'),
            ('OTHER')
        ) AS reasons (reason)
    LEFT JOIN counted ON years.academic_year = counted.academic_year AND reasons.reason = counted.reason
),

reported AS (
    SELECT academic_year, coalesce(reason, 'all') AS reason, cast(sum(episodes_begun) AS BIGINT) AS episodes_begun
    FROM cells
    GROUP BY GROUPING SETS ((academic_year, reason), (academic_year))
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN needs_assessment.series_states AS states
    ON reported.academic_year = states.academic_year AND states.series = 'REGISTERS'
