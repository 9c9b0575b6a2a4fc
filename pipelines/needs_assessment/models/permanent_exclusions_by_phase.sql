WITH confirmed AS (
    SELECT academic_year, phase, count(*) AS permanent_exclusions
    FROM needs_assessment.exclusion_events
    WHERE stands AND category = 'PERM'
    GROUP BY academic_year, phase
),

roll AS (
    SELECT academic_year, phase, sum(pupils) AS january_roll
    FROM needs_assessment.january_roll
    GROUP BY academic_year, phase
),

-- Every year of the log with every phase, so that none is shown as none.
cells AS (
    SELECT
        years.academic_year,
        phases.phase,
        coalesce(confirmed.permanent_exclusions, 0) AS permanent_exclusions,
        roll.january_roll
    FROM (SELECT DISTINCT academic_year FROM needs_assessment.exclusion_events) AS years
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
    academic_year,
    phase,
    permanent_exclusions,
    january_roll,
    cast(
        cast(100 * permanent_exclusions AS DECIMAL(24, 6)) / nullif(january_roll, 0) AS DECIMAL(12, 4)
    ) AS permanent_exclusion_rate
FROM totals
