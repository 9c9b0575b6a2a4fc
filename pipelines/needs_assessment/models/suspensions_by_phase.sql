WITH events AS (
    SELECT academic_year, phase, sessions, nth_in_year, started_on
    FROM activity.exclusion_events
    WHERE stands AND category = 'SUSP' AND started_on <= $known_to
),

-- All phases up to the same day of the year before, for a year that is reported so far.
same_point AS (
    SELECT
        count(*) AS suspensions_in_year,
        count(*) FILTER (WHERE nth_in_year = 1) AS pupils_in_year,
        count(*) FILTER (WHERE started_on <= $known_to - INTERVAL '12 months') AS suspensions,
        count(*) FILTER (WHERE nth_in_year = 1 AND started_on <= $known_to - INTERVAL '12 months')
            AS pupils_suspended
    FROM events
    WHERE academic_year = $known_academic_year_before
),

running AS (
    SELECT left(cast($known_academic_year AS VARCHAR), 4) AS first_year
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
    totals.academic_year,
    totals.phase,
    totals.suspensions,
    totals.pupils_suspended,
    -- A few after that day would be known from the whole year.
    CASE
        WHEN
            totals.phase = 'all'
            AND left(totals.academic_year, 4) = running.first_year
            AND same_point.suspensions_in_year - same_point.suspensions NOT BETWEEN 1 AND $suppression_threshold - 1
            THEN same_point.suspensions
    END AS suspensions_same_point,
    CASE
        WHEN
            totals.phase = 'all'
            AND left(totals.academic_year, 4) = running.first_year
            AND same_point.pupils_in_year - same_point.pupils_suspended NOT BETWEEN 1 AND $suppression_threshold - 1
            THEN same_point.pupils_suspended
    END AS pupils_suspended_same_point,
    cast(exact(totals.sessions_lost) / 10 AS DECIMAL(12, 1)) AS school_weeks_lost,
    totals.january_roll,
    states.period_state,
    states.known_to
FROM totals
CROSS JOIN same_point
CROSS JOIN running
LEFT JOIN needs_assessment.series_states AS states
    ON totals.academic_year = states.academic_year AND states.series = 'EXCLUSIONS'
