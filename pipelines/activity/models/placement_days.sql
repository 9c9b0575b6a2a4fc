-- Before the first week with attendance the placements on record are those that lasted; after the last nothing is known
-- of those that are open.
SELECT calendar_date, month, academic_year, financial_year, school_day_no
FROM reference.school_calendar
WHERE
    is_school_day
    AND calendar_date >= (SELECT min(week_start) FROM placements.attendance)
    AND calendar_date <= (SELECT max(week_start) + INTERVAL '4 days' FROM placements.attendance)
