-- The log counts what schools in the area reported to the council; the Department what their census returns carry.
WITH logged AS (
    SELECT
        academic_year,
        phase,
        count(*) AS local_exclusions,
        count(*) FILTER (WHERE NOT in_school_census) AS not_in_census,
        count(in_school_census) AS known
    FROM activity.exclusion_events
    WHERE stands AND category = 'PERM'
    GROUP BY academic_year, phase
),

published AS (
    SELECT academic_year, phase, value, symbol
    FROM reference.benchmarks
    WHERE measure = 'permanent_exclusions' AND source = 'la_exclusions' AND area_code = $la_code
),

-- Years that are published, or whose returns the log knows. A log that does not say what is returned explains nothing.
years AS (
    SELECT counted.academic_year, counted.known > 0 AS is_known
    FROM (SELECT academic_year, sum(known) AS known FROM logged GROUP BY academic_year) AS counted
    LEFT JOIN published ON counted.academic_year = published.academic_year AND published.phase = 'all'
    WHERE counted.known > 0 OR published.academic_year IS NOT NULL
),

cells AS (
    SELECT
        years.academic_year,
        phases.phase,
        coalesce(logged.local_exclusions, 0) AS local_exclusions,
        CASE WHEN years.is_known THEN coalesce(logged.not_in_census, 0) END AS not_in_census
    FROM years
    CROSS JOIN (VALUES ('primary'), ('secondary'), ('special')) AS phases (phase)
    LEFT JOIN logged ON years.academic_year = logged.academic_year AND phases.phase = logged.phase
),

totals AS (
    SELECT
        academic_year,
        coalesce(phase, 'all') AS phase,
        cast(sum(local_exclusions) AS BIGINT) AS local_exclusions,
        cast(sum(not_in_census) AS BIGINT) AS not_in_census
    FROM cells
    GROUP BY GROUPING SETS ((academic_year, phase), (academic_year))
)

SELECT
    totals.academic_year,
    totals.phase,
    totals.local_exclusions,
    totals.not_in_census,
    cast(published.value AS BIGINT) AS published_exclusions,
    CASE WHEN published.value IS NULL THEN coalesce(published.symbol, 'x') END AS published_symbol,
    cast(published.value AS BIGINT) - (totals.local_exclusions - totals.not_in_census) AS not_in_log,
    states.period_state,
    states.known_to
FROM totals
LEFT JOIN published ON totals.academic_year = published.academic_year AND totals.phase = published.phase
LEFT JOIN needs_assessment.series_states AS states
    ON totals.academic_year = states.academic_year AND states.series = 'EXCLUSIONS'
