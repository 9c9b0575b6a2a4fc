WITH counted AS (
    SELECT days.academic_year, timetables.reason, count(*) AS timetables_begun
    FROM placements.part_time_timetables AS timetables
    INNER JOIN reference.days AS days ON timetables.started_on = days.calendar_date
    GROUP BY days.academic_year, timetables.reason
),

cells AS (
    SELECT years.academic_year, reasons.reason, coalesce(counted.timetables_begun, 0) AS timetables_begun
    FROM (SELECT DISTINCT academic_year FROM needs_assessment.part_time_by_phase) AS years
    CROSS JOIN
        (
            VALUES ('REINTEGRATION'), ('ANXIETY'), ('MEDICAL'), ('BEHAVIOUR'), ('NEW_TO_SCHOOL'), ('OTHER')
        ) AS reasons (reason)
    LEFT JOIN counted ON years.academic_year = counted.academic_year AND reasons.reason = counted.reason
),

reported AS (
    SELECT academic_year, coalesce(reason, 'all') AS reason, cast(sum(timetables_begun) AS BIGINT) AS timetables_begun
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
