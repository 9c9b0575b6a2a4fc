-- A year is covered once the register holds an episode from its first month or an earlier one, and when the year is over
-- by the day of the report: that the register has come lately is what the gates see to, whether or not an episode began late.
WITH bounds AS (
    SELECT min(started_on) AS first_day FROM outcomes.missing_education
),

years AS (
    SELECT years.academic_year, years.first_year, years.starts_on, years.ends_on
    FROM activity.academic_years AS years
    CROSS JOIN bounds
    WHERE years.starts_on + INTERVAL '31 days' >= bounds.first_day AND years.ends_on <= $as_at
),

episodes AS (
    SELECT
        episodes.pupil_key,
        episodes.started_on,
        episodes.ended_on,
        episodes.outcome,
        starts.academic_start AS start_year,
        ends.academic_start AS end_year,
        episodes.ended_on - episodes.started_on AS days
    FROM outcomes.missing_education AS episodes
    INNER JOIN reference.days AS starts ON episodes.started_on = starts.calendar_date
    LEFT JOIN reference.days AS ends ON episodes.ended_on = ends.calendar_date
),

begun AS (
    SELECT start_year, count(*) AS episodes_begun, count(DISTINCT pupil_key) AS children
    FROM episodes
    GROUP BY start_year
),

ranked AS (
    SELECT
        end_year,
        outcome,
        days,
        row_number() OVER (PARTITION BY end_year ORDER BY days) AS place_in_order,
        count(*) OVER (PARTITION BY end_year) AS ended
    FROM episodes
    WHERE end_year IS NOT NULL
),

closed AS (
    SELECT
        end_year,
        count(*) AS episodes_closed,
        count(*) FILTER (WHERE outcome = 'NOT_TRACED') AS closed_untraced,
        max(CASE WHEN place_in_order = (ended + 1) / 2 THEN days END) AS median_days
    FROM ranked
    GROUP BY end_year
),

-- Grouped by its days before it meets the years.
open_at_end AS (
    SELECT
        years.first_year,
        cast(sum(spells.episodes) FILTER (
            WHERE spells.started_on < years.starts_on
            AND (spells.ended_on IS NULL OR spells.ended_on >= years.starts_on)
        ) AS BIGINT) AS episodes_open_before,
        cast(sum(spells.episodes) FILTER (
            WHERE spells.ended_on IS NULL OR spells.ended_on > years.ends_on
        ) AS BIGINT) AS episodes_open
    FROM (
        SELECT started_on, ended_on, count(*) AS episodes FROM episodes GROUP BY started_on, ended_on
    ) AS spells
    INNER JOIN years
        ON spells.started_on <= years.ends_on AND (spells.ended_on IS NULL OR spells.ended_on >= years.starts_on)
    GROUP BY years.first_year
)

SELECT
    years.academic_year,
    cast(years.first_year - 1 AS VARCHAR) || '-' || right(cast(years.first_year AS VARCHAR), 2) AS opening_year,
    coalesce(open_at_end.episodes_open_before, 0) AS episodes_open_before,
    coalesce(begun.episodes_begun, 0) AS episodes_begun,
    coalesce(begun.children, 0) AS children,
    coalesce(closed.episodes_closed, 0) AS episodes_closed,
    coalesce(closed.closed_untraced, 0) AS closed_untraced,
    coalesce(open_at_end.episodes_open, 0) AS episodes_open,
    cast(cast(closed.median_days AS DECIMAL(24, 6)) / 7 AS DECIMAL(18, 6)) AS median_weeks,
    states.period_state,
    states.known_to
FROM years
LEFT JOIN begun ON years.first_year = begun.start_year
LEFT JOIN closed ON years.first_year = closed.end_year
LEFT JOIN open_at_end ON years.first_year = open_at_end.first_year
LEFT JOIN needs_assessment.series_states AS states
    ON years.academic_year = states.academic_year AND states.series = 'REGISTERS'
