-- The steps of one request: from the day of the request to the panel, from the panel to the first day, and the whole.
WITH steps AS (
    SELECT referrals.referral_id, referrals.referred_on, 'PANEL' AS step, referrals.referred_on AS first_day, referrals.panel_on AS last_day
    FROM placements.referrals AS referrals
    UNION ALL
    SELECT
        referrals.referral_id,
        referrals.referred_on,
        'START' AS step,
        referrals.panel_on AS first_day,
        placements.started_on AS last_day
    FROM placements.referrals AS referrals
    INNER JOIN placements.placements AS placements ON referrals.placement_id = placements.placement_id
    UNION ALL
    SELECT
        referrals.referral_id,
        referrals.referred_on,
        'WHOLE' AS step,
        referrals.referred_on AS first_day,
        placements.started_on AS last_day
    FROM placements.referrals AS referrals
    INNER JOIN placements.placements AS placements ON referrals.placement_id = placements.placement_id
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
)

SELECT
    academic_year,
    step,
    count(*) AS referrals,
    max(CASE WHEN nth = (of_all + 1) / 2 THEN days END) AS median_days,
    max(CASE WHEN nth = (9 * of_all + 9) / 10 THEN days END) AS ninth_decile_days
FROM ranked
GROUP BY academic_year, step
