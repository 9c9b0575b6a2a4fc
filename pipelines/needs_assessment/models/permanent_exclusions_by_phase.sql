WITH confirmed AS (
    SELECT academic_year, phase, count(*) AS permanent_exclusions
    FROM activity.exclusion_events
    WHERE stands AND category = 'PERM' AND started_on <= $known_to
    GROUP BY academic_year, phase
),

-- All phases up to the same day of the year before, for a year that is reported so far.
same_point AS (
    SELECT
        count(*) AS whole_year,
        count(*) FILTER (WHERE started_on <= $known_to - INTERVAL '12 months') AS permanent_exclusions
    FROM activity.exclusion_events
    WHERE
        stands
        AND category = 'PERM'
        AND academic_year = $known_academic_year_before
),


roll AS (
    SELECT academic_year, phase, sum(pupils) AS january_roll
    FROM activity.january_roll
    GROUP BY academic_year, phase
),

-- Every year of the log with every phase, so that none is shown as none.
cells AS (
    SELECT
        years.academic_year,
        phases.phase,
        coalesce(confirmed.permanent_exclusions, 0) AS permanent_exclusions,
        roll.january_roll
    FROM (SELECT DISTINCT academic_year FROM activity.exclusion_events) AS years
    CROSS JOIN (VALUES ('primary'), ('secondary'), ('special')) AS phases (phase)
    LEFT JOIN confirmed ON years.academic_year = confirmed.academic_year AND phases.phase = confirmed.phase
    LEFT JOIN roll ON years.academic_year = roll.academic_year AND phases.phase = roll.phase
),

totals AS (
    SELECT
        academic_year,
        coalesce(phase, 'all') AS phase,
        cast(sum(permanent_exclusions) AS BIGINT) AS permanent_exclusions,
        cast(sum(january_roll) AS BIGINT) AS january_roll
    FROM cells
    GROUP BY GROUPING SETS ((academic_year, phase), (academic_year))
)

SELECT
    totals.academic_year,
    totals.phase,
    totals.permanent_exclusions,
    CASE
        WHEN
            totals.phase = 'all'
            AND totals.academic_year = $known_academic_year
            -- A few after that day would be known from the whole year.
            AND same_point.whole_year - same_point.permanent_exclusions NOT BETWEEN 1 AND $suppression_threshold - 1
            THEN same_point.permanent_exclusions
    END AS permanent_exclusions_same_point,
    totals.january_roll,
    states.period_state,
    states.known_to
FROM totals
CROSS JOIN same_point
LEFT JOIN needs_assessment.series_states AS states
    ON totals.academic_year = states.academic_year AND states.series = 'EXCLUSIONS'
