-- Going back by eight months makes the academic year a calendar year. Who begins on the day of a count is in that
-- count, so the beginnings of a year run from 2 September to 1 September and the ends from 1 September to 31 August.
WITH episodes AS (
    SELECT
        episode_id,
        pupil_key,
        started_on,
        ended_on,
        prior_setting,
        cast(date_part('year', started_on - INTERVAL '1 day' - INTERVAL '8 months') AS BIGINT) AS start_year,
        cast(date_part('year', ended_on - INTERVAL '8 months') AS BIGINT) AS end_year,
        cast(date_part('year', started_on - INTERVAL '8 months') AS BIGINT) - birth_academic_year - 5 AS nc_year
    FROM outcomes.home_education
),

-- The third suspension of a school year, and any suspension or permanent exclusion, each with its day.
events AS (
    SELECT
        pupil_key,
        started_on,
        CASE
            WHEN category = 'SUSP'
                THEN
                    row_number() OVER (
                        PARTITION BY
                            pupil_key, category, date_part('year', started_on - INTERVAL '8 months')
                        ORDER BY started_on, exclusion_id
                    )
        END AS nth_suspension
    FROM outcomes.exclusions
    WHERE outcome NOT IN ('RESCINDED_BY_HEAD', 'GOVERNORS_REINSTATED')
),

after_event AS (
    SELECT
        episodes.episode_id,
        max(CASE WHEN events.nth_suspension >= 3 THEN 1 ELSE 0 END) AS after_third
    FROM episodes
    INNER JOIN events ON episodes.pupil_key = events.pupil_key
    WHERE
        episodes.started_on >= events.started_on
        AND episodes.started_on - events.started_on <= $home_education_window
    GROUP BY episodes.episode_id
),

begun AS (
    SELECT
        episodes.start_year AS first_year,
        count(*) AS starts,
        count(*) FILTER (WHERE episodes.prior_setting <> 'NONE') AS starts_from_school,
        count(*) FILTER (WHERE episodes.nc_year BETWEEN 9 AND 11) AS starts_in_years_9_to_11,
        count(after_event.episode_id) AS starts_after_exclusion,
        count(*) FILTER (WHERE after_event.after_third = 1) AS starts_after_third_suspension
    FROM episodes
    LEFT JOIN after_event ON episodes.episode_id = after_event.episode_id
    GROUP BY episodes.start_year
),

ended AS (
    SELECT end_year AS first_year, count(*) AS ends FROM episodes WHERE end_year IS NOT NULL GROUP BY end_year
),

stocks AS (
    SELECT
        academic_year,
        cast(left(academic_year, 4) AS BIGINT) AS first_year,
        children_home_educated
    FROM needs_assessment.home_education_stock
)

-- Years whose first and last day are both counted: the flows between them explain the stock.
SELECT
    closing.academic_year,
    opening.academic_year AS opening_year,
    opening.children_home_educated AS stock_at_start,
    coalesce(begun.starts, 0) AS starts,
    coalesce(ended.ends, 0) AS ends,
    closing.children_home_educated AS stock_at_end,
    cast(
        cast(100 * coalesce(ended.ends, 0) AS DECIMAL(24, 6))
        / nullif(cast(opening.children_home_educated AS DECIMAL(18, 0)), 0) AS DECIMAL(12, 4)
    ) AS churn,
    coalesce(begun.starts_from_school, 0) AS starts_from_school,
    coalesce(begun.starts_in_years_9_to_11, 0) AS starts_in_years_9_to_11,
    coalesce(begun.starts_after_exclusion, 0) AS starts_after_exclusion,
    coalesce(begun.starts_after_third_suspension, 0) AS starts_after_third_suspension,
    cast(
        cast(100 * coalesce(begun.starts_after_exclusion, 0) AS DECIMAL(24, 6))
        / nullif(cast(begun.starts AS DECIMAL(18, 0)), 0) AS DECIMAL(12, 4)
    ) AS share_after_exclusion
FROM stocks AS closing
INNER JOIN stocks AS opening ON closing.first_year = opening.first_year + 1
LEFT JOIN begun ON closing.first_year = begun.first_year
LEFT JOIN ended ON closing.first_year = ended.first_year
