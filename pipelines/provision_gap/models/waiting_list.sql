-- Children wait for school: the day of the count is the last school day of the academic year, or of what is known.
WITH counting_days AS (
    SELECT academic_year, max(calendar_date) AS counted_on
    FROM reference.school_calendar
    WHERE
        is_school_day
        AND calendar_date <= (SELECT max(week_start) + INTERVAL '4 days' FROM placements.attendance)
    GROUP BY academic_year
),

waiting AS (
    SELECT
        days.academic_year,
        referrals.key_stage,
        counted.school_day_no - referred.school_day_no AS school_days_waited
    FROM placements.referrals AS referrals
    CROSS JOIN counting_days AS days
    LEFT JOIN placements.placements AS placements ON referrals.placement_id = placements.placement_id
    INNER JOIN reference.school_calendar AS referred ON referrals.referred_on = referred.calendar_date
    INNER JOIN reference.school_calendar AS counted ON days.counted_on = counted.calendar_date
    WHERE
        referrals.referral_outcome IN ('AGREED', 'AGREED_WAITING')
        AND referrals.panel_on <= days.counted_on
        AND (
            placements.started_on > days.counted_on
            -- An agreement that led to no placement is old news after a year.
            OR (placements.started_on IS NULL AND referrals.panel_on > days.counted_on - INTERVAL '12 months')
        )
),

grouped AS (
    SELECT
        waiting.academic_year,
        CASE WHEN sums.is_total THEN 'all' ELSE waiting.key_stage END AS key_stage,
        waiting.school_days_waited
    FROM waiting
    CROSS JOIN (VALUES (FALSE), (TRUE)) AS sums (is_total)
),

ranked AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY academic_year, key_stage ORDER BY school_days_waited) AS place_in_order,
        count(*) OVER (PARTITION BY academic_year, key_stage) AS waiting_in_all
    FROM grouped
),

counted AS (
    SELECT
        academic_year,
        key_stage,
        count(*) AS referrals_waiting,
        max(CASE WHEN place_in_order = (waiting_in_all + 1) / 2 THEN school_days_waited END) AS median_days
    FROM ranked
    GROUP BY academic_year, key_stage
)

SELECT
    days.academic_year,
    stages.key_stage,
    days.counted_on,
    coalesce(counted.referrals_waiting, 0) AS referrals_waiting,
    cast(cast(counted.median_days AS DECIMAL(18, 4)) / 5 AS DECIMAL(12, 1)) AS median_weeks_waited
FROM counting_days AS days
CROSS JOIN (SELECT DISTINCT key_stage FROM grouped) AS stages
LEFT JOIN counted ON days.academic_year = counted.academic_year AND stages.key_stage = counted.key_stage
WHERE days.counted_on >= (SELECT min(referred_on) FROM placements.referrals)
