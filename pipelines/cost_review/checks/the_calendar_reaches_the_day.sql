-- Deadlines and places are counted in school days, so the terms of the academic year of the day must be on record.
SELECT calendar_date, academic_year FROM activity.days_without_terms WHERE calendar_date = $as_at
