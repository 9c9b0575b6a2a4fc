WITH referrals AS (
    SELECT
        years.academic_year,
        referrals.key_stage,
        referrals.placement_id IS NOT NULL AS is_placed,
        -- Not `greatest`, for which the wait of a child who was never placed would be none.
        CASE
            WHEN started.school_day_no < referred.school_day_no THEN 0
            ELSE started.school_day_no - referred.school_day_no
        END AS school_days_waited
    FROM placements.referrals AS referrals
    INNER JOIN activity.covered_years AS years
        ON referrals.referred_on >= years.starts_on AND referrals.referred_on <= years.ends_on
    LEFT JOIN placements.placements AS placements ON referrals.placement_id = placements.placement_id
    LEFT JOIN reference.school_calendar AS referred ON referrals.referred_on = referred.calendar_date
    LEFT JOIN reference.school_calendar AS started ON placements.started_on = started.calendar_date
),

-- Each referral counts for its key stage and for all of them.
grouped AS (
    SELECT
        referrals.academic_year,
        CASE WHEN sums.is_total THEN 'all' ELSE referrals.key_stage END AS key_stage,
        referrals.is_placed,
        referrals.school_days_waited
    FROM referrals
    CROSS JOIN (VALUES (FALSE), (TRUE)) AS sums (is_total)
),

ranked AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY academic_year, key_stage ORDER BY school_days_waited NULLS LAST)
            AS place_in_order,
        count(school_days_waited) OVER (PARTITION BY academic_year, key_stage) AS waits_known
    FROM grouped
),

-- Nearest rank: the wait that half (nine in ten) of the children placed did not exceed.
counted AS (
    SELECT
        academic_year,
        key_stage,
        count(*) FILTER (WHERE is_placed) AS referrals_placed,
        max(CASE WHEN place_in_order = (waits_known + 1) / 2 THEN school_days_waited END) AS median_days,
        max(CASE WHEN place_in_order = (9 * waits_known + 9) / 10 THEN school_days_waited END) AS ninth_decile_days
    FROM ranked
    GROUP BY academic_year, key_stage
),

reported AS (
    SELECT
        academic_year,
        key_stage,
        referrals_placed,
        cast(cast(median_days AS DECIMAL(24, 6)) / 5 AS DECIMAL(18, 6)) AS median_wait_weeks,
        cast(cast(ninth_decile_days AS DECIMAL(24, 6)) / 5 AS DECIMAL(18, 6)) AS ninth_decile_wait_weeks
    FROM counted
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN needs_assessment.series_states AS states
    ON reported.academic_year = states.academic_year AND states.series = 'ATTENDANCE'
