WITH confirmed AS (
    SELECT academic_year, phase, count(*) AS permanent_exclusions
    FROM activity.exclusion_events
    WHERE stands AND category = 'PERM'
    GROUP BY academic_year, phase
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
    academic_year,
    phase,
    permanent_exclusions,
    january_roll
FROM totals
