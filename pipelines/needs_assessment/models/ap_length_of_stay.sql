-- Completed stays alone are too short, because long ones are open: both are shown.
WITH years AS (
    SELECT academic_year, ends_on
    FROM activity.covered_years
    -- Nothing is returned in the summer holiday.
    WHERE ends_on - cast(last_day AS DATE) <= 62
),

spells AS (
    SELECT
        ap_population,
        started_on,
        -- What is open as far as is known has no last day yet.
        CASE WHEN end_basis NOT IN ('OPEN', 'OPEN_PROVIDER_SILENT') THEN counts_to END AS open_to
    FROM activity.placement_spells
),

ended AS (
    SELECT
        years.academic_year,
        spells.ap_population AS population,
        'ENDED' AS stay,
        spells.open_to - spells.started_on + 1 AS days
    FROM spells
    INNER JOIN reference.days AS days ON spells.open_to = days.calendar_date
    INNER JOIN years ON days.academic_year = years.academic_year
    -- One whose child was too old for it before it began counts for no day.
    WHERE spells.open_to >= spells.started_on
),

open_at_end AS (
    SELECT
        years.academic_year,
        spells.ap_population AS population,
        'OPEN' AS stay,
        years.ends_on - spells.started_on + 1 AS days
    FROM spells
    INNER JOIN years
        ON
            spells.started_on <= years.ends_on
            AND (spells.open_to IS NULL OR spells.open_to > years.ends_on)
),

stays AS (
    SELECT academic_year, population, stay, days FROM ended
    UNION ALL
    SELECT academic_year, population, stay, days FROM open_at_end
),

ranked AS (
    SELECT
        academic_year,
        population,
        stay,
        days,
        row_number() OVER (PARTITION BY academic_year, population, stay ORDER BY days) AS place_in_order,
        count(*) OVER (PARTITION BY academic_year, population, stay) AS known
    FROM stays
),

reported AS (
    SELECT
        academic_year,
        population,
        stay,
        count(*) AS placements,
        cast(
            cast(max(CASE WHEN place_in_order = (known + 1) / 2 THEN days END) AS DECIMAL(24, 6)) / 7 AS DECIMAL(18, 6)
        ) AS median_weeks,
        cast(
            exact(sum(days)) / cast(7 * count(*) AS DECIMAL(18, 0)) AS DECIMAL(18, 6)
        ) AS mean_weeks
    FROM ranked
    GROUP BY academic_year, population, stay
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN needs_assessment.series_states AS states
    ON reported.academic_year = states.academic_year AND states.series = 'ATTENDANCE'
