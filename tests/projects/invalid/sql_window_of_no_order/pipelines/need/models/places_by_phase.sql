SELECT
    academic_year,
    coalesce(phase, 'all') AS phase,
    count(*) AS places, row_number() OVER () AS place
FROM places.places
GROUP BY GROUPING SETS ((academic_year, phase), (academic_year))
