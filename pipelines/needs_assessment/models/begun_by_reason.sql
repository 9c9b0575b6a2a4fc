-- Every reason of a register is there in every year that it covers, so that a row that is missing tells nothing.
WITH reasons AS (
    SELECT register, reason
    FROM (
        VALUES
        ('MISSING_EDUCATION', 'NEW_ARRIVAL_NO_PLACE'),
        ('MISSING_EDUCATION', 'AWAITING_SPECIALIST_PLACE'),
        ('MISSING_EDUCATION', 'MOVED_WHEREABOUTS_UNKNOWN'),
        ('MISSING_EDUCATION', 'REMOVED_FROM_ROLL'),
        ('MISSING_EDUCATION', 'UNSUITABLE_HOME_EDUCATION'),
        ('MISSING_EDUCATION', 'OTHER'),
        ('PART_TIME', 'REINTEGRATION'),
        ('PART_TIME', 'ANXIETY'),
        ('PART_TIME', 'MEDICAL'),
        ('PART_TIME', 'BEHAVIOUR'),
        ('PART_TIME', 'NEW_TO_SCHOOL'),
        ('PART_TIME', 'OTHER')
    ) AS listed (register, reason)
),

years AS (
    SELECT 'MISSING_EDUCATION' AS register, academic_year FROM needs_assessment.missing_education_flows
    UNION
    SELECT 'PART_TIME' AS register, academic_year FROM needs_assessment.part_time_by_phase
),

begun AS (
    SELECT 'MISSING_EDUCATION' AS register, started_on, reason FROM outcomes.missing_education
    UNION ALL
    SELECT 'PART_TIME' AS register, started_on, reason FROM placements.part_time_timetables
),

counted AS (
    SELECT begun.register, days.academic_year, begun.reason, count(*) AS begun
    FROM begun
    INNER JOIN reference.days AS days ON begun.started_on = days.calendar_date
    GROUP BY begun.register, days.academic_year, begun.reason
),

cells AS (
    SELECT years.register, years.academic_year, reasons.reason, coalesce(counted.begun, 0) AS begun
    FROM years
    INNER JOIN reasons ON years.register = reasons.register
    LEFT JOIN counted
        ON
            years.register = counted.register
            AND years.academic_year = counted.academic_year
            AND reasons.reason = counted.reason
),

reported AS (
    SELECT register, academic_year, coalesce(reason, 'all') AS reason, cast(sum(begun) AS BIGINT) AS begun
    FROM cells
    GROUP BY GROUPING SETS ((register, academic_year, reason), (register, academic_year))
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN needs_assessment.series_states AS states
    ON reported.academic_year = states.academic_year AND states.series = 'REGISTERS'
