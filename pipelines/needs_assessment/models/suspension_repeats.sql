-- Each child once a year in one band of each measure, so that bands add up and none can be worked out from another.
WITH children AS (
    SELECT
        academic_year,
        pupil_key,
        count(*) AS times,
        coalesce(sum(sessions), 0) AS sessions,
        min(nth_on_record) AS first_on_record
    FROM activity.exclusion_events
    WHERE stands AND category = 'SUSP'
    GROUP BY academic_year, pupil_key
),

terms AS (
    SELECT academic_year, pupil_key, max(sessions) AS most_sessions
    FROM (
        SELECT academic_year, pupil_key, term, coalesce(sum(sessions), 0) AS sessions
        FROM activity.exclusion_events
        WHERE stands AND category = 'SUSP'
        GROUP BY academic_year, pupil_key, term
    ) AS by_term
    GROUP BY academic_year, pupil_key
),

-- Ten sessions are five days. The first year on record knows of no year before.
banded AS (
    SELECT
        academic_year,
        'TIMES' AS measure,
        CASE WHEN times = 1 THEN 'ONCE' WHEN times = 2 THEN 'TWICE' ELSE 'THREE_OR_MORE' END AS band
    FROM children
    UNION ALL
    SELECT
        academic_year,
        'DAYS_IN_YEAR' AS measure,
        CASE
            WHEN sessions <= 10 THEN 'DAYS_TO_5'
            WHEN sessions <= 20 THEN 'DAYS_TO_10'
            WHEN sessions <= 90 THEN 'DAYS_TO_45'
            ELSE 'DAYS_OVER_45'
        END AS band
    FROM children
    UNION ALL
    SELECT
        academic_year,
        'DAYS_IN_A_TERM' AS measure,
        CASE
            WHEN most_sessions <= 10 THEN 'DAYS_TO_5' WHEN most_sessions <= 30 THEN 'DAYS_TO_15' ELSE 'DAYS_OVER_15'
        END AS band
    FROM terms
    UNION ALL
    SELECT
        academic_year,
        'HISTORY' AS measure,
        CASE WHEN first_on_record = 1 THEN 'FIRST_TIME' ELSE 'EARLIER_YEAR' END AS band
    FROM children
    WHERE academic_year > (SELECT min(academic_year) FROM activity.exclusion_events)
),

counted AS (
    SELECT academic_year, measure, band, count(*) AS pupils_suspended FROM banded GROUP BY academic_year, measure, band
),

cells AS (
    SELECT years.academic_year, bands.measure, bands.band, coalesce(counted.pupils_suspended, 0) AS pupils_suspended
    FROM (SELECT DISTINCT academic_year, measure FROM counted) AS years
    INNER JOIN (
        VALUES
        ('TIMES', 'ONCE'), ('TIMES', 'TWICE'), ('TIMES', 'THREE_OR_MORE'),
        ('DAYS_IN_YEAR', 'DAYS_TO_5'), ('DAYS_IN_YEAR', 'DAYS_TO_10'),
        ('DAYS_IN_YEAR', 'DAYS_TO_45'), ('DAYS_IN_YEAR', 'DAYS_OVER_45'),
        ('DAYS_IN_A_TERM', 'DAYS_TO_5'), ('DAYS_IN_A_TERM', 'DAYS_TO_15'), ('DAYS_IN_A_TERM', 'DAYS_OVER_15'),
        ('HISTORY', 'FIRST_TIME'), ('HISTORY', 'EARLIER_YEAR')
    ) AS bands (measure, band) ON years.measure = bands.measure
    LEFT JOIN counted
        ON
            years.academic_year = counted.academic_year
            AND bands.measure = counted.measure
            AND bands.band = counted.band
),

reported AS (
    SELECT
        academic_year,
        measure,
        coalesce(band, 'all') AS band,
        cast(sum(pupils_suspended) AS BIGINT) AS pupils_suspended
    FROM cells
    GROUP BY GROUPING SETS ((academic_year, measure, band), (academic_year, measure))
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN needs_assessment.series_states AS states
    ON reported.academic_year = states.academic_year AND states.series = 'EXCLUSIONS'
