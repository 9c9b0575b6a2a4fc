SELECT
    academic_year,
    month,
    count(*) AS school_days
FROM reference.school_calendar
WHERE
    is_school_day
    AND calendar_date >= (SELECT min(week_start) FROM placements.attendance)
    AND calendar_date <= (SELECT max(week_start) + INTERVAL '4 days' FROM placements.attendance)
GROUP BY academic_year, month
