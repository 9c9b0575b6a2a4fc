-- Names are spelt in several ways: those that the list of areas has not are found by their aliases.
WITH names AS (
    SELECT lower(area_name) AS published_name, area_code FROM reference.areas
    UNION ALL
    SELECT lower(published_name) AS published_name, cast(area_code AS VARCHAR) AS area_code
    FROM reference.area_aliases
),

code_of AS (
    SELECT published_name, min(area_code) AS area_code FROM names GROUP BY published_name
),

exclusions AS (
    SELECT
        measures.measure,
        published.area_name,
        published.level AS area_kind,
        published.phase,
        published.academic_year,
        published.headcount,
        CASE
            WHEN measures.measure = 'headcount' THEN cast(published.headcount AS DECIMAL(18, 5))
            WHEN measures.measure IN ('permanent_exclusions', 'permanent_exclusion_rate')
                THEN published.permanent_exclusions
            WHEN measures.measure IN ('suspensions', 'suspension_rate') THEN published.suspensions
            ELSE published.pupils_suspended
        END AS counted,
        CASE
            WHEN measures.measure = 'headcount' THEN cast(published.headcount AS VARCHAR)
            WHEN measures.measure IN ('permanent_exclusions', 'permanent_exclusion_rate')
                THEN published.permanent_exclusions_as_published
            WHEN measures.measure IN ('suspensions', 'suspension_rate') THEN published.suspensions_as_published
            ELSE published.pupils_suspended_as_published
        END AS as_published,
        measures.measure IN ('permanent_exclusion_rate', 'suspension_rate', 'one_plus_suspension_rate') AS is_rate
    FROM reference.published_exclusions AS published
    CROSS JOIN
        (
            VALUES
            ('headcount'),
            ('permanent_exclusions'),
            ('permanent_exclusion_rate'),
            ('suspensions'),
            ('suspension_rate'),
            ('pupils_suspended'),
            ('one_plus_suspension_rate')
        ) AS measures (measure)
),

-- The files round rates to two decimals: the counts say more.
from_exclusions AS (
    SELECT
        exclusions.measure,
        code_of.area_code,
        exclusions.area_name,
        exclusions.area_kind,
        exclusions.phase,
        exclusions.academic_year,
        'la_exclusions' AS source,
        cast(
            CASE
                WHEN exclusions.is_rate
                    THEN
                        exact(100 * exclusions.counted)
                        / nullif(cast(exclusions.headcount AS DECIMAL(18, 0)), 0)
                ELSE exclusions.counted
            END AS DECIMAL(18, 6)
        ) AS value,
        CASE
            WHEN exclusions.is_rate AND exclusions.headcount = 0 THEN 'z'
            WHEN exclusions.counted IS NOT NULL THEN NULL
            WHEN exclusions.as_published IN ('x', 'c') THEN 'c'
            ELSE 'x'
        END AS symbol
    FROM exclusions
    LEFT JOIN code_of ON lower(exclusions.area_name) = code_of.published_name
),

indicators AS (
    SELECT
        measures.measure,
        areas.area_code,
        areas.area_name,
        areas.area_kind,
        CASE
            WHEN length(published.years) = 7 AND substr(published.years, 5, 1) = '/'
                THEN left(published.years, 4) || '-' || right(published.years, 2)
            WHEN length(published.years) = 4
                THEN
                    cast(try_cast(published.years AS BIGINT) - 1 AS VARCHAR)
                    || '-'
                    || right(published.years, 2)
        END AS academic_year,
        try_cast(published.value_as_published AS DOUBLE) AS value
    FROM reference.published_indicators AS published
    INNER JOIN reference.published_measures AS measures ON published.indicator = measures.indicator
    INNER JOIN reference.areas AS areas ON cast(published.area_code AS VARCHAR) = areas.area_code
),

from_indicators AS (
    SELECT
        measure,
        area_code,
        area_name,
        area_kind,
        'all' AS phase,
        academic_year,
        'la_indicators' AS source,
        -- The tool's file writes .22262 as 0.22262000000000001: six decimals undo that.
        cast(value AS DECIMAL(18, 6)) AS value,
        CASE WHEN value IS NULL THEN 'x' END AS symbol
    FROM indicators
)

SELECT * FROM from_exclusions
UNION ALL
SELECT * FROM from_indicators
