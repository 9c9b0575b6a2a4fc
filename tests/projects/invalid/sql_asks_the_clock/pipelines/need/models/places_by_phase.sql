SELECT
    academic_year,
    coalesce(phase, 'all') AS phase,
    count(*) AS places, now() AS made_at
FROM places.places
GROUP BY GROUPING SETS ((academic_year, phase), (academic_year))
