WITH episodes AS (
    SELECT
        days.academic_year,
        days.counted_on,
        episodes.pupil_key,
        -- The new school year begins on the day of the count.
        max(date_part('year', days.counted_on) - episodes.birth_academic_year - 5) AS nc_year
    FROM needs_assessment.home_education_stock AS days
    INNER JOIN outcomes.home_education AS episodes
        ON
            episodes.started_on <= days.counted_on
            AND (episodes.ended_on IS NULL OR episodes.ended_on >= days.counted_on)
    GROUP BY days.academic_year, days.counted_on, episodes.pupil_key
),

counted AS (
    SELECT
        academic_year,
        CASE
            WHEN nc_year BETWEEN 0 AND 2 THEN '00-02'
            WHEN nc_year BETWEEN 3 AND 6 THEN '03-06'
            WHEN nc_year BETWEEN 7 AND 8 THEN '07-08'
            WHEN nc_year BETWEEN 9 AND 11 THEN '09-11'
            ELSE 'other'
        END AS year_groups,
        count(*) AS children_home_educated
    FROM episodes
    GROUP BY 1, 2
),

cells AS (
    SELECT
        days.academic_year,
        bands.year_groups,
        coalesce(counted.children_home_educated, 0) AS children_home_educated
    FROM needs_assessment.home_education_stock AS days
    CROSS JOIN
        (
            SELECT year_groups FROM (VALUES ('00-02'), ('03-06'), ('07-08'), ('09-11')) AS usual (year_groups)
            UNION
            SELECT year_groups FROM counted
        ) AS bands
    LEFT JOIN counted ON days.academic_year = counted.academic_year AND bands.year_groups = counted.year_groups
),

reported AS (
    SELECT
        academic_year,
        coalesce(year_groups, 'all') AS year_groups,
        cast(sum(children_home_educated) AS BIGINT) AS children_home_educated
    FROM cells
    GROUP BY GROUPING SETS ((academic_year, year_groups), (academic_year))
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN needs_assessment.series_states AS states
    ON reported.academic_year = states.academic_year AND states.series = 'REGISTERS'
