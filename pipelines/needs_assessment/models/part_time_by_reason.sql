WITH counted AS (
    SELECT
        cast(date_part('year', started_on - INTERVAL '8 months') AS BIGINT) AS first_year,
        reason,
        count(*) AS timetables_begun
    FROM placements.part_time_timetables
    GROUP BY 1, 2
),

cells AS (
    SELECT years.academic_year, reasons.reason, coalesce(counted.timetables_begun, 0) AS timetables_begun
    FROM (SELECT DISTINCT academic_year FROM needs_assessment.part_time_by_phase) AS years
    CROSS JOIN
        (
            VALUES ('REINTEGRATION'), ('ANXIETY'), ('MEDICAL'), ('BEHAVIOUR'), ('NEW_TO_SCHOOL'), ('OTHER')
        ) AS reasons (reason)
    LEFT JOIN counted
        ON cast(left(years.academic_year, 4) AS BIGINT) = counted.first_year AND reasons.reason = counted.reason
)

SELECT academic_year, coalesce(reason, 'all') AS reason, cast(sum(timetables_begun) AS BIGINT) AS timetables_begun
FROM cells
GROUP BY GROUPING SETS ((academic_year, reason), (academic_year))
