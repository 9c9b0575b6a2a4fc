WITH events AS (
    SELECT academic_year, phase, sessions, nth_in_year
    FROM activity.exclusion_events
    WHERE stands AND category = 'SUSP'
),

counted AS (
    SELECT
        academic_year,
        phase,
        count(*) AS suspensions,
        -- A child suspended in two phases in one year counts in the first, so that the phases add up.
        count(*) FILTER (WHERE nth_in_year = 1) AS pupils_suspended,
        sum(sessions) AS sessions_lost
    FROM events
    GROUP BY academic_year, phase
),

roll AS (
    SELECT academic_year, phase, sum(pupils) AS january_roll
    FROM activity.january_roll
    GROUP BY academic_year, phase
),

cells AS (
    SELECT
        years.academic_year,
        phases.phase,
        coalesce(counted.suspensions, 0) AS suspensions,
        coalesce(counted.pupils_suspended, 0) AS pupils_suspended,
        coalesce(counted.sessions_lost, 0) AS sessions_lost,
        roll.january_roll
    FROM (SELECT DISTINCT academic_year FROM events) AS years
    CROSS JOIN (VALUES ('primary'), ('secondary'), ('special')) AS phases (phase)
    LEFT JOIN counted ON years.academic_year = counted.academic_year AND phases.phase = counted.phase
    LEFT JOIN roll ON years.academic_year = roll.academic_year AND phases.phase = roll.phase
),

totals AS (
    SELECT
        academic_year,
        coalesce(phase, 'all') AS phase,
        cast(sum(suspensions) AS BIGINT) AS suspensions,
        cast(sum(pupils_suspended) AS BIGINT) AS pupils_suspended,
        cast(sum(sessions_lost) AS BIGINT) AS sessions_lost,
        cast(sum(january_roll) AS BIGINT) AS january_roll
    FROM cells
    GROUP BY GROUPING SETS ((academic_year, phase), (academic_year))
)

SELECT
    academic_year,
    phase,
    suspensions,
    pupils_suspended,
    cast(cast(sessions_lost AS DECIMAL(24, 6)) / 10 AS DECIMAL(12, 1)) AS school_weeks_lost,
    january_roll
FROM totals
