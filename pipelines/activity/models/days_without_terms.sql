-- A day that the terms on record of its academic year do not reach is in no term, and what is counted in school days up to
-- it would be too small or blank in silence. The holidays of the summer come after the last term.
WITH reached AS (
    SELECT academic_year, max(ends_on) AS last_day FROM reference.term_dates GROUP BY academic_year
)

SELECT days.calendar_date, days.academic_year
FROM reference.days AS days
LEFT JOIN reached ON days.academic_year = reached.academic_year
WHERE
    reached.last_day IS NULL
    OR (
        days.calendar_date > reached.last_day
        AND reached.last_day < make_date(cast(left(days.academic_year, 4) AS BIGINT) + 1, 7, 1)
    )
