SELECT
    academic_year,
    coalesce(phase, 'all') AS phase,
    count(*) AS places
FROM FROM places.places
GROUP BY GROUPING SETS ((academic_year, phase), (academic_year))
