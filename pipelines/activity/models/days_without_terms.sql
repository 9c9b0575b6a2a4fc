-- A day of an academic year of which no term is on record is in no term, and what is counted in school days up to it would
-- be blank in silence.
SELECT days.calendar_date, days.academic_year
FROM reference.days AS days
LEFT JOIN reference.term_dates AS terms ON days.academic_year = terms.academic_year
WHERE terms.academic_year IS NULL
