-- Who begins on the day of a count is in that count, so the beginnings of a year run from 2 September to 1 September and
-- the ends from 1 September to 31 August.
WITH episodes AS (
    SELECT
        episodes.episode_id,
        episodes.pupil_key,
        episodes.started_on,
        episodes.ended_on,
        episodes.prior_setting,
        before.academic_start AS start_year,
        ends.academic_start AS end_year,
        starts.academic_start - episodes.birth_academic_year - 5 AS nc_year
    FROM outcomes.home_education AS episodes
    INNER JOIN reference.days AS before ON episodes.started_on - 1 = before.calendar_date
    INNER JOIN reference.days AS starts ON episodes.started_on = starts.calendar_date
    -- Who ends on the last day that is reported is still in its count.
    LEFT JOIN reference.days AS ends ON episodes.ended_on = ends.calendar_date AND episodes.ended_on < $known_to
    WHERE episodes.started_on <= $known_to
),

-- The third suspension of a school year, and any suspension or permanent exclusion, each with its day.
events AS (
    SELECT
        pupil_key,
        started_on,
        CASE WHEN category = 'SUSP' THEN nth_in_year END AS nth_suspension
    FROM activity.exclusion_events
    WHERE stands
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
    coalesce(begun.starts_from_school, 0) AS starts_from_school,
    coalesce(begun.starts_in_years_9_to_11, 0) AS starts_in_years_9_to_11,
    coalesce(begun.starts_after_exclusion, 0) AS starts_after_exclusion,
    coalesce(begun.starts_after_third_suspension, 0) AS starts_after_third_suspension,
    states.period_state,
    states.known_to
FROM stocks AS closing
INNER JOIN stocks AS opening ON closing.first_year = opening.first_year + 1
LEFT JOIN begun ON closing.first_year = begun.first_year
LEFT JOIN ended ON closing.first_year = ended.first_year
LEFT JOIN needs_assessment.series_states AS states
    ON closing.academic_year = states.academic_year AND states.series = 'REGISTERS'
