SELECT
    academic_year,
    coalesce(phase, 'all') AS phase,
    count(*) AS places
FROM places.places
GROUP BY academic_year
