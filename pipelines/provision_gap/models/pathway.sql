-- The steps of one request, each from the day of the step before: the panel, the offer, the first day, the day from which the
-- child could leave, the last day; and the whole, from the request to the first day.
WITH dated AS (
    SELECT
        referrals.referral_id,
        referrals.referred_on,
        referrals.panel_on,
        referrals.offered_on,
        placements.started_on,
        placements.ready_to_leave_on,
        placements.ended_on
    FROM placements.referrals AS referrals
    LEFT JOIN placements.placements AS placements ON referrals.placement_id = placements.placement_id
),

steps AS (
    SELECT referral_id, referred_on, 'PANEL' AS step, referred_on AS first_day, panel_on AS last_day FROM dated
    UNION ALL
    SELECT referral_id, referred_on, 'OFFER' AS step, panel_on AS first_day, offered_on AS last_day FROM dated
    UNION ALL
    SELECT referral_id, referred_on, 'START' AS step, offered_on AS first_day, started_on AS last_day FROM dated
    UNION ALL
    SELECT referral_id, referred_on, 'WHOLE' AS step, referred_on AS first_day, started_on AS last_day FROM dated
    UNION ALL
    SELECT referral_id, referred_on, 'READY' AS step, started_on AS first_day, ready_to_leave_on AS last_day FROM dated
    UNION ALL
    SELECT referral_id, referred_on, 'LEFT' AS step, ready_to_leave_on AS first_day, ended_on AS last_day FROM dated
),

-- A step of which a day is missing, or whose days are the wrong way round, has no length.
lengths AS (
    SELECT asked.academic_year, steps.step, ends.school_day_no - begins.school_day_no AS days
    FROM steps
    INNER JOIN reference.school_calendar AS asked ON steps.referred_on = asked.calendar_date
    INNER JOIN reference.school_calendar AS begins ON steps.first_day = begins.calendar_date
    INNER JOIN reference.school_calendar AS ends ON steps.last_day = ends.calendar_date
    WHERE steps.first_day <= steps.last_day AND steps.last_day <= $as_at
),

ranked AS (
    SELECT
        academic_year,
        step,
        days,
        row_number() OVER (PARTITION BY academic_year, step ORDER BY days) AS nth,
        count(*) OVER (PARTITION BY academic_year, step) AS of_all
    FROM lengths
),

reported AS (
    SELECT
        academic_year,
        step,
        count(*) AS referrals,
        max(CASE WHEN nth = (of_all + 1) / 2 THEN days END) AS median_days,
        max(CASE WHEN nth = (9 * of_all + 9) / 10 THEN days END) AS ninth_decile_days
    FROM ranked
    GROUP BY academic_year, step
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN activity.academic_states AS states ON reported.academic_year = states.academic_year
