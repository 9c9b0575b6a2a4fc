-- Deadlines and places are counted in school days. A day that the terms do not reach has none, and what is counted
-- from it would be blank in silence. The terms of the academic year of the day must all be there.
SELECT $as_at AS day, count(terms.term) AS terms
FROM (VALUES (1)) AS one (number)
LEFT JOIN reference.term_dates AS terms
    ON terms.academic_year = concat(
        CAST(date_part('year', $as_at - INTERVAL '8 months') AS VARCHAR),
        '-',
        lpad(CAST(CAST(date_part('year', $as_at - INTERVAL '8 months') AS INTEGER) % 100 + 1 AS VARCHAR), 2, '0')
    )
HAVING count(terms.term) = 0
