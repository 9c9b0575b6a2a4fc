-- Deadlines and places are counted in school days, so the terms of the academic year must be on record up to the day.
SELECT calendar_date, academic_year FROM activity.days_without_terms WHERE calendar_date = $as_at
