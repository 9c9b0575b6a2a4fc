-- Children wait for school: the day of the count is the last school day of the academic year, or of what is known. A log
-- holds at first only what was new then: it is whole when it is a year old.
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
)

SELECT counting_days.academic_year, counting_days.counted_on, days.school_day_no
FROM counting_days
INNER JOIN reference.school_calendar AS days ON counting_days.counted_on = days.calendar_date
WHERE counting_days.counted_on >= (SELECT min(referred_on) + INTERVAL '365 days' FROM placements.referrals)
