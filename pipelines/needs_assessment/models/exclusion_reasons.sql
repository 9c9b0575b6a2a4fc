WITH events AS (
    SELECT academic_year, category, reason_1, reason_2, reason_3
    FROM activity.exclusion_events
    WHERE stands
),

reasons AS (
    SELECT
        events.academic_year,
        events.category,
        CASE places.place WHEN 1 THEN events.reason_1 WHEN 2 THEN events.reason_2 ELSE events.reason_3 END AS reason
    FROM events
    CROSS JOIN (VALUES (1), (2), (3)) AS places (place)
),

counted AS (
    SELECT academic_year, category, reason, count(*) AS reasons_recorded
    FROM reasons
    WHERE reason IS NOT NULL
    GROUP BY academic_year, category, reason
),

cells AS (
    SELECT
        years.academic_year,
        codes.category,
        codes.reason,
        coalesce(counted.reasons_recorded, 0) AS reasons_recorded
    FROM (SELECT DISTINCT academic_year FROM events) AS years
    CROSS JOIN (SELECT DISTINCT category, reason FROM counted) AS codes
    LEFT JOIN counted
        ON
            years.academic_year = counted.academic_year
            AND codes.category = counted.category
            AND codes.reason = counted.reason
    -- Five reasons could not be recorded before 2020-21: no row, which is not the same as none.
    WHERE codes.reason NOT IN ('LG', 'DS', 'OW', 'MT', 'PH') OR years.academic_year >= '2020-21'
),

reported AS (
    SELECT
        academic_year,
        category,
        coalesce(reason, 'all') AS reason,
        cast(sum(reasons_recorded) AS BIGINT) AS reasons_recorded
    FROM cells
    GROUP BY GROUPING SETS ((academic_year, category, reason), (academic_year, category))
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN needs_assessment.series_states AS states
    ON reported.academic_year = states.academic_year AND states.series = 'EXCLUSIONS'
