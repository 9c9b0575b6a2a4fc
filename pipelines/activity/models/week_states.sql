-- What is said of a week is said of its Monday; the week itself is over when its Sunday is.
SELECT
    to_char(calendar_date, '%G-w%V') AS week,
    calendar_date AS monday,
    CASE
        WHEN calendar_date > $as_of THEN 'FUTURE'
        WHEN calendar_date + 6 < $as_of THEN 'FINISHED'
        ELSE 'RUNNING'
    END AS period_state,
    calendar_date AS known_to
FROM reference.days
WHERE date_part('dow', calendar_date) = 1
