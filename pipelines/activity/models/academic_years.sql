-- The school census is taken on the third Thursday of January.
SELECT
    academic_year,
    academic_start AS first_year,
    make_date(academic_start, 9, 1) AS starts_on,
    make_date(academic_start + 1, 8, 31) AS ends_on,
    calendar_date AS census_on
FROM reference.days
WHERE
    date_part('month', calendar_date) = 1
    AND date_part('day', calendar_date) BETWEEN 15 AND 21
    AND date_part('dow', calendar_date) = 4
