-- Children wait for school: the day of the count is the last school day of the academic year, or of what is known.
WITH counting_days AS (
    SELECT academic_year, max(calendar_date) AS counted_on
    FROM reference.school_calendar
    WHERE
        is_school_day
        AND calendar_date <= (SELECT max(week_start) + INTERVAL '4 days' FROM placements.attendance)
        AND calendar_date <= $known_to
    GROUP BY academic_year
    -- The same day of the year before, for a year that is reported so far.
    UNION ALL
    SELECT 'SAME_POINT' AS academic_year, max(calendar_date) AS counted_on
    FROM reference.school_calendar
    WHERE
        is_school_day
        AND calendar_date <= $known_to - INTERVAL '12 months'
        AND calendar_date > $known_to - INTERVAL '15 months'
),

-- A log holds at first only what was new then: it is whole when it is a year old.
covered_days AS (
    SELECT academic_year, counted_on
    FROM counting_days
    WHERE counted_on >= (SELECT min(referred_on) + INTERVAL '365 days' FROM placements.referrals)
),

listed AS (
    SELECT
        days.academic_year,
        referrals.key_stage,
        coalesce(referrals.primary_need, 'NOT_RECORDED') AS primary_need,
        CASE
            WHEN referrals.panel_on IS NULL OR referrals.panel_on > days.counted_on THEN 'UNDECIDED'
            -- An agreement that led to no placement is old news after a while.
            WHEN
                placements.started_on IS NULL
                AND referrals.panel_on
                <= days.counted_on - cast(concat(cast($waiting_expires_months AS VARCHAR), ' months') AS INTERVAL)
                THEN 'EXPIRED'
            ELSE 'WAITING'
        END AS state,
        counted.school_day_no - referred.school_day_no AS days_waited
    FROM placements.referrals AS referrals
    CROSS JOIN covered_days AS days
    LEFT JOIN placements.placements AS placements ON referrals.placement_id = placements.placement_id
    INNER JOIN reference.school_calendar AS referred ON referrals.referred_on = referred.calendar_date
    INNER JOIN reference.school_calendar AS counted ON days.counted_on = counted.calendar_date
    WHERE
        referrals.referred_on <= days.counted_on
        AND (placements.started_on IS NULL OR placements.started_on > days.counted_on)
        AND (
            referrals.referral_outcome IN ('AGREED', 'AGREED_WAITING')
            -- What was decided since was undecided then; what was withdrawn without a panel left on a day that nobody wrote down.
            OR referrals.panel_on > days.counted_on
            OR (referrals.panel_on IS NULL AND referrals.referral_outcome = 'DEFERRED_INFO')
        )
),

grouped AS (
    SELECT
        listed.academic_year,
        CASE WHEN stages.is_total THEN 'all' ELSE listed.key_stage END AS key_stage,
        CASE WHEN needs.is_total THEN 'all' ELSE listed.primary_need END AS primary_need,
        listed.state,
        listed.days_waited
    FROM listed
    CROSS JOIN (VALUES (FALSE), (TRUE)) AS stages (is_total)
    CROSS JOIN (VALUES (FALSE), (TRUE)) AS needs (is_total)
),

ranked AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY academic_year, key_stage, primary_need, state ORDER BY days_waited) AS nth,
        count(*) OVER (PARTITION BY academic_year, key_stage, primary_need, state) AS of_all
    FROM grouped
),

-- Nearest rank: half of them, and nine in ten of them, had waited no longer.
counted AS (
    SELECT
        academic_year,
        key_stage,
        primary_need,
        count(*) FILTER (WHERE state = 'WAITING') AS referrals_waiting,
        count(*) FILTER (WHERE state = 'WAITING' AND days_waited > 6) AS waiting_over_6,
        count(*) FILTER (WHERE state = 'WAITING' AND days_waited > 15) AS waiting_over_15,
        count(*) FILTER (WHERE state = 'EXPIRED') AS agreements_expired,
        count(*) FILTER (WHERE state = 'UNDECIDED') AS referrals_undecided,
        max(CASE WHEN state = 'WAITING' AND nth = (of_all + 1) / 2 THEN days_waited END) AS median_days,
        max(CASE WHEN state = 'WAITING' AND nth = (9 * of_all + 9) / 10 THEN days_waited END) AS ninth_decile_days
    FROM ranked
    GROUP BY academic_year, key_stage, primary_need
)

SELECT
    days.academic_year,
    stages.key_stage,
    needs.primary_need,
    days.counted_on,
    coalesce(counted.referrals_waiting, 0) AS referrals_waiting,
    CASE
        WHEN
            days.academic_year = $known_academic_year
            AND day_before.counted_on IS NOT NULL
            THEN coalesce(same_point.referrals_waiting, 0)
    END AS referrals_waiting_same_point,
    counted.median_days,
    counted.ninth_decile_days,
    coalesce(counted.waiting_over_6, 0) AS waiting_over_6,
    coalesce(counted.waiting_over_15, 0) AS waiting_over_15,
    coalesce(counted.agreements_expired, 0) AS agreements_expired,
    coalesce(counted.referrals_undecided, 0) AS referrals_undecided,
    states.period_state,
    least(states.known_to, $known_to) AS known_to
FROM covered_days AS days
CROSS JOIN (SELECT DISTINCT key_stage FROM grouped) AS stages
CROSS JOIN (SELECT DISTINCT primary_need FROM grouped) AS needs
LEFT JOIN counted
    ON
        days.academic_year = counted.academic_year
        AND stages.key_stage = counted.key_stage
        AND needs.primary_need = counted.primary_need
LEFT JOIN covered_days AS day_before ON day_before.academic_year = 'SAME_POINT'
LEFT JOIN counted AS same_point
    ON
        same_point.academic_year = 'SAME_POINT'
        AND stages.key_stage = same_point.key_stage
        AND needs.primary_need = same_point.primary_need
LEFT JOIN activity.academic_states AS states ON days.academic_year = states.academic_year
WHERE days.academic_year <> 'SAME_POINT'
